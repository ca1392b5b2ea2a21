/** A workspace for the API's tests: the real Workers, the owner's client, and clients of other people, machines and tenants. */
import { createHash } from "node:crypto";
import { createTenant } from "@tw/shared/db/tenants";
import { createToken } from "@tw/shared/db/tokens";
import { createUser } from "@tw/shared/db/users";
import type { Role } from "@tw/shared/engine/statuses";
import { newId } from "@tw/shared/ids";
import { hashToken, newToken } from "@tw/shared/tokens";
import { expect } from "vitest";
import { startWorkspace, type Workspace } from "../../../local/src/testing/workspace.ts";

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what is being tested
  body: any;
}
export type Client = ((
  method: string,
  path: string,
  body?: unknown,
  headers?: { [name: string]: string },
) => Promise<Reply>) & { token: string };

export interface Api extends Workspace {
  owner: Client;
  /** A client with any token, or none. */
  client(token: string | null): Client;
  /** A person with a token of all scopes their role may hold. */
  person(role: Role, more?: { tenant?: string; groups?: string[] }): Promise<Client & { id: string }>;
  /** A service token made by the owner. */
  service(scopes: string[]): Promise<Client>;
  /** The owner of another tenant. */
  stranger(): Promise<Client>;
  /** A digest of each table's rows, for "nothing was changed". What ticks by itself is left out. */
  rows(): Promise<{ [table: string]: string }>;
  /** Does any row hold this text? */
  stored(text: string): Promise<boolean>;
}

/** Starts it; the caller stops it. */
export async function startApi(): Promise<Api> {
  // Without the library: these tests bring their own commands.
  const ws = await startWorkspace({ library: false });
  const client = (token: string | null): Client =>
    Object.assign(
      (method: string, path: string, body?: unknown, headers: { [name: string]: string } = {}) =>
        send(`${ws.url}${path}`, method, body, {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        }),
      { token: token ?? "" },
    );
  const owner = client(ws.token);
  const person: Api["person"] = async (role, { tenant = ws.tenant, groups = [] } = {}) => {
    const now = Date.now();
    const id = newId("user", now);
    const email = `${role}-${id}@example.com`;
    await createUser(
      ws.db,
      { id, tenantId: tenant, email, name: role, role, groups, slackUserId: null },
      [],
      now,
    );
    const token = newToken();
    await createToken(
      ws.db,
      {
        id: newId("token", now),
        hash: await hashToken(token),
        tenantId: tenant,
        type: "person",
        userId: id,
        agentId: null,
        name: `of ${role}`,
        scopes: [
          "admin",
          "commands:read",
          "commands:write",
          "runs:read",
          "runs:execute",
          "checkpoints:decide",
          "audit:read",
        ],
        expiresAt: null,
      },
      [],
      now,
    );
    return Object.assign(client(token), { id });
  };
  return {
    ...ws,
    owner,
    client,
    person,
    async service(scopes) {
      const made = await owner("POST", "/api/tokens", { name: "machine", type: "service", scopes });
      return client(made.body.token);
    },
    async stranger() {
      const id = newId("tenant", Date.now());
      await createTenant(ws.db, { id, name: "others" }, Date.now());
      return person("owner", { tenant: id });
    },
    async rows() {
      const digests: { [table: string]: string } = {};
      for (const [table, rows] of Object.entries(await readTables(ws.db)))
        digests[table] =
          `${rows.length} rows ${createHash("sha256").update(JSON.stringify(rows)).digest("hex").slice(0, 12)}`;
      return digests;
    },
    stored: async (text) => JSON.stringify(await readTables(ws.db)).includes(text),
  };
}

/** The sweep, the audit's seals, the count of usage and the announcement of checkpoints go on whatever is asked of the API. */
const TICKS: { [table: string]: string[] } = {
  workflow_executions: ["next_check_at"],
  command_checkpoints: ["announced_at", "txn"],
  tokens: ["last_used_at"],
  workspace: ["usage_run", "usage_at"],
};
const OWN_LIFE = [
  "audit_seals",
  "command_usage",
  "notifications",
  "approval_links",
  "sqlite_sequence",
  "d1_migrations",
];

async function readTables(db: D1Database): Promise<{ [table: string]: object[] }> {
  const { results } = await db
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'knowledge\\_index%' ESCAPE '\\'",
    )
    .all<{ name: string }>();
  const tables: { [table: string]: object[] } = {};
  for (const { name } of results) {
    if (OWN_LIFE.includes(name)) continue;
    const rows = (await db.prepare(`SELECT * FROM ${name}`).all<{ [column: string]: unknown }>()).results;
    for (const row of rows) for (const column of TICKS[name] ?? []) delete row[column];
    tables[name] = rows;
  }
  return tables;
}

async function send(
  url: string,
  method: string,
  body: unknown,
  headers: { [name: string]: string },
): Promise<Reply> {
  const raw = typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined || raw ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

/** Puts a no-op command and returns its slug. */
export async function putNoop(client: Client, slug = "test-noop"): Promise<string> {
  await put(client, slug, { name: slug, type: "api", effect: "read", definition: { handler: "noop" } });
  return slug;
}

/** Puts a command that must be accepted. */
export async function put(client: Client, slug: string, command: unknown): Promise<void> {
  const reply = await client("PUT", `/api/commands/${slug}`, command);
  if (reply.status !== 200 && reply.status !== 201)
    throw new Error(`PUT ${slug}: ${reply.status} ${JSON.stringify(reply.body)}`);
}

/** Waits for a run to be over, or to wait for a person. */
export async function settled(client: Client, runId: string): Promise<Reply["body"]> {
  for (let i = 0; i < 5; i++) {
    const { body } = await client("GET", `/api/runs/${runId}?wait_s=20`);
    if (["waiting", "succeeded", "failed", "rejected", "cancelled"].includes(body.status)) return body;
  }
  throw new Error(`run ${runId} did not settle`);
}

/** The body of an answer that must have this status. */
export async function ok(reply: Promise<Reply>, status = 200): Promise<Reply["body"]> {
  const { status: got, body } = await reply;
  expect(got, JSON.stringify(body)).toBe(status);
  return body;
}
