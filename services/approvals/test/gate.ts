/** A whole workspace with a run that stops at a gate: real Workers, real queues, real D1. */
import type { CheckpointPolicy } from "@tw/shared/contracts/definition";
import { createRun } from "@tw/shared/db/create-run";
import type { Actor } from "@tw/shared/engine/state";
import { newId } from "@tw/shared/ids";
import {
  startWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from "../../../local/src/testing/workspace.ts";
import { api, planOf, step } from "../../dispatcher/test/plans.ts";
import { type Inbox, until } from "./inbox.ts";

export interface Asked {
  run: string;
  checkpoint: string;
}
export interface Gate extends Workspace {
  /** Starts a run whose second step asks first, and waits until it asks and people were told. */
  ask(
    policy?: Partial<CheckpointPolicy> & { prompt?: string; requester_may_vote?: boolean },
    more?: { by?: Actor; note?: string },
  ): Promise<Asked>;
  /** The same, without waiting for the announcement. */
  dispatch(): Promise<void>;
  person(name: string, role: string, groups?: string[], slack?: string | null): Promise<string>;
  tables(): Promise<{ [table: string]: unknown[] }>;
  rows<T = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]>;
}

export const CI: Actor = { id: "tok_ci", name: "ci", type: "service" };

/** Starts it without a clock of its own: a test moves what it wants moved. */
export async function openGate(options: WorkspaceOptions = {}): Promise<Gate> {
  const workspace = await startWorkspace({ tickMs: 0, library: false, ...options });
  const { db, tenant } = workspace;
  const rows: Gate["rows"] = async <T>(sql: string, ...values: unknown[]) =>
    (
      await db
        .prepare(sql)
        .bind(...values)
        .all<T>()
    ).results;
  const deploy = {
    ...api("echo", { url: "https://shop.example.com" }),
    command: "wrangler-deploy",
    effect: "destructive" as const,
  };
  return {
    ...workspace,
    rows,
    dispatch: () => workspace.scheduled("dispatcher"),
    async ask(policy = {}, more = {}) {
      const now = Date.now();
      const run = newId("run", now);
      const gate = {
        name: "pre-deploy",
        prompt: "Deploy to production?",
        quorum: 1,
        groups: [],
        form: [],
        expires_s: 3600,
        requester_may_vote: false,
        ...policy,
      };
      const rollback = { ...api("noop"), command: "git-reset", when: null };
      const plan = planOf(
        [
          step("push", api("echo", { commit: "3f9c1ab", branch: "main" }), { rollback }),
          step("deploy", deploy, { needs: ["push"], checkpoint: gate }),
          step("verify", { ...api("noop"), command: "verify-deployment" }, { needs: ["deploy"] }),
        ],
        { command: "workflow-deploy", rollback_on_error: true },
      );
      await createRun(
        db,
        {
          id: run,
          tenantId: tenant,
          plan,
          planDigest: "5".repeat(64),
          args: {},
          context: {},
          note: more.note ?? null,
          requestedBy: more.by ?? CI,
        },
        now,
      );
      await db
        .prepare("UPDATE workflow_executions SET next_check_at = ? WHERE id = ?")
        .bind(now - 1, run)
        .run();
      await workspace.scheduled("dispatcher");
      const [row] = await until(`run ${run} asks and announces`, async () => {
        const found = await rows<{ id: string }>(
          "SELECT id FROM command_checkpoints WHERE run_id = ? AND announced_at IS NOT NULL",
          run,
        );
        return found.length > 0 ? found : null;
      });
      return { run, checkpoint: row?.id as string };
    },
    async person(name, role, groups = [], slack = null) {
      const id = `usr_${name.toLowerCase().replace(/\W+/g, "")}`;
      await db
        .prepare(
          `INSERT INTO users (id, tenant_id, email, name, role, groups_json, slack_user_id, created_at, updated_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, 1, 1)`,
        )
        .bind(id, tenant, `${id.slice(4)}@example.com`, name, role, JSON.stringify(groups), slack)
        .run();
      return id;
    },
    async tables() {
      const names = await rows<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%' ORDER BY name",
      );
      const all: { [table: string]: unknown[] } = {};
      for (const { name } of names) all[name] = await rows(`SELECT * FROM "${name}"`);
      // The owner looks by the API meanwhile, and that their token was used is noted.
      for (const token of all.tokens as { last_used_at?: unknown }[]) delete token.last_used_at;
      return all;
    },
  };
}

/** The address of a link in a mail's text. */
export function linkIn(text: string | undefined): string {
  const match = /https?:\/\/\S+\/a\/[0-9a-f]{64}/.exec(text ?? "");
  if (!match) throw new Error(`no link in: ${text}`);
  return match[0];
}

/** The nonce of a page's form. */
export function nonceIn(html: string): string {
  const match = /name="nonce" value="([^"]+)"/.exec(html);
  if (!match) throw new Error(`no nonce in: ${html.slice(0, 2000)}`);
  return match[1] as string;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are what is being tested
export type Reply = { status: number; body: any };
/** A request to the API with this token. */
export async function callAs(
  gate: Gate,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply> {
  const answer = await fetch(gate.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json().catch(() => null) };
}

/** Waits until no message is on its way to anybody: it may have come before its row says that it was sent. */
export const quiet = (gate: Gate) =>
  until(
    "every message is out",
    async () => (await gate.rows("SELECT 1 FROM notifications WHERE status = 'pending'")).length === 0,
  );

/** A form, posted. */
export const post = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });

/** The newest link mailed to this address since `seen` mails. */
export function mailedLink(inbox: Inbox, address: string, seen: number, subject = /./): Promise<string> {
  return until(`a mail to ${address}`, async () => {
    const mails = (await inbox.mails()).slice(seen);
    const mail = mails.find((m) => m.to?.[0]?.address === address && subject.test(m.subject ?? ""));
    return mail && linkIn(mail.text);
  });
}
