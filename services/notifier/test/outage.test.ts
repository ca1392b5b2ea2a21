/**
 * Channels that are down, and a notifier that dies, over the real notifier code, a real SMTP server and a server that behaves like
 * Slack's, on a virtual clock: minutes pass at once, backoff and claims are those of the product.
 */
import { castVote } from "@tw/shared/db/votes";
import { openTestD1, type TestD1 } from "@tw/shared/testing/sqlite-d1";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Env as ApprovalsEnv } from "../../approvals/src/env.ts";
import { announceRuns } from "../../approvals/src/on-checkpoints.ts";
import { linkIn } from "../../approvals/test/gate.ts";
import { type Inbox, openInbox } from "../../approvals/test/inbox.ts";
import { ada, ben, DIGEST, NOW, stage, TENANT } from "../../approvals/test/scene.ts";
import { BOT_TOKEN, openSlack, type SlackServer } from "../../approvals/test/slack-server.ts";
import type { Env } from "../src/env.ts";
import { sendDue } from "../src/on-notifications.ts";

let db: TestD1;
let inbox: Inbox;
let slack: SlackServer;
let env: Env;
let clock = NOW;
beforeEach(async () => {
  clock = NOW;
  // Only the clock that is read: timers and sockets go by the real one.
  vi.spyOn(Date, "now").mockImplementation(() => clock);
  vi.spyOn(console, "warn").mockImplementation(() => {});
  db = openTestD1();
  inbox = await openInbox();
  slack = await openSlack();
  env = {
    DB: db,
    PUBLIC_URL: "https://tw.example",
    LINK_KEY: "a-link-key-of-the-tests",
    MAIL_FROM: "Example Works <ws@example.com>",
    SMTP_URL: inbox.url,
    SLACK_BOT_TOKEN: BOT_TOKEN,
    SLACK_CHANNEL: "C0RELEASE",
    SLACK_API_URL: slack.api,
  };
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all([inbox.close(), slack.close()]);
  db.close();
});

interface Row {
  channel: string;
  user_id: string | null;
  kind: string;
  status: string;
  attempts: number;
  error: string | null;
  next_try_at: number | null;
}
const rows = (): Row[] =>
  db.sqlite
    .prepare("SELECT * FROM notifications WHERE kind = 'request' ORDER BY channel, user_id")
    .all() as unknown as Row[];
const nowhere = { send: async () => {}, sendBatch: async () => {} };

/** A checkpoint is there and written down for the notifier, which has not run yet. */
async function announced(): Promise<{ run: string; checkpoint: string }> {
  const staged = await stage(db, { createdAt: NOW });
  const approvals: ApprovalsEnv = {
    ...env,
    RUNS: nowhere,
    NOTIFICATIONS: nowhere,
    CHANNELS: "email,slack,slack-dm",
  };
  await announceRuns([staged.run], approvals);
  return staged;
}
/** The minute's clock, so many times. */
async function minutes(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    clock += 60_000;
    await sendDue(env, null);
  }
}

describe("ten minutes without SMTP, and Slack answering 500 and 429", () => {
  test("the run waits and can be decided; everything goes out afterwards, once", async () => {
    const { run, checkpoint } = await announced();
    const port = inbox.port;
    await inbox.close();
    slack.trouble = (_, response) => {
      const slow = slack.calls.length % 2 === 0;
      response.writeHead(slow ? 429 : 500, slow ? { "retry-after": "30" } : {});
      response.end(slow ? '{"ok":false,"error":"ratelimited"}' : "<html>oops</html>");
      return true;
    };
    await sendDue(env, [run]);
    await minutes(10);
    expect(rows().map(({ channel, status }) => [channel, status])).toEqual([
      ["email", "pending"],
      ["email", "pending"],
      ["slack", "pending"],
    ]);
    expect(rows()[0]?.error).toMatch(/mail server/);
    expect(rows()[2]?.error).toMatch(/Slack's chat.postMessage answered (ratelimited|http_500)/);
    // Tried again and again, less and less often.
    for (const row of rows()) expect(row.attempts).toBeGreaterThanOrEqual(4);
    for (const row of rows()) expect(row.attempts).toBeLessThan(10);
    expect(db.sqlite.prepare("SELECT status FROM command_checkpoints").all()).toEqual([
      { status: "pending" },
    ]);

    inbox = await openInbox(port);
    slack.trouble = null;
    await minutes(20);
    expect(rows().map((row) => row.status)).toEqual(["sent", "sent", "sent"]);
    expect(inbox.envelopes.map((e) => e.to[0]).sort()).toEqual(["ada@example.com", "ben@example.com"]);
    expect(slack.messages).toHaveLength(1);
    await minutes(20);
    expect(inbox.raw).toHaveLength(2);
    expect(slack.messages).toHaveLength(1);

    const vote = await castVote(
      db,
      {
        tenantId: TENANT,
        checkpointId: checkpoint,
        user: { ...ben },
        decision: "approve",
        channel: "api",
        comment: null,
        inputs: null,
        planDigest: DIGEST,
      },
      clock,
    );
    expect(vote.kind).toBe("decided");
  });

  test("decided meanwhile by the API: nobody is asked any more", async () => {
    const { run, checkpoint } = await announced();
    const port = inbox.port;
    await inbox.close();
    slack.trouble = (_, response) => {
      response.writeHead(503).end();
      return true;
    };
    await sendDue(env, [run]);
    const vote = await castVote(
      db,
      {
        tenantId: TENANT,
        checkpointId: checkpoint,
        user: { ...ada },
        decision: "approve",
        channel: "api",
        comment: null,
        inputs: null,
        planDigest: DIGEST,
      },
      clock,
    );
    expect(vote.kind).toBe("decided");
    inbox = await openInbox(port);
    slack.trouble = null;
    await minutes(20);
    expect(inbox.raw).toEqual([]);
    expect(slack.messages).toEqual([]);
    expect(rows().every((row) => row.error?.includes("already approved"))).toBe(true);
  });

  test("Retry-After is honoured, and cut to an hour", async () => {
    const { run } = await announced();
    let asks = "600";
    slack.trouble = (_, response) => {
      response.writeHead(429, { "retry-after": asks }).end('{"ok":false,"error":"ratelimited"}');
      return true;
    };
    await sendDue(env, [run]);
    const wait = (): number => ((rows()[2]?.next_try_at ?? 0) - clock) / 1000;
    expect(wait()).toBeGreaterThanOrEqual(600);
    const calls = slack.calls.length;
    await minutes(9);
    expect(slack.calls).toHaveLength(calls);
    asks = "86400";
    await minutes(2);
    expect(slack.calls.length).toBe(calls + 1);
    expect(wait()).toBeLessThanOrEqual(3600);
    expect(wait()).toBeGreaterThan(3500);
  });
});

describe("what Slack refuses", () => {
  test.each([
    ["channel_not_found", "failed"],
    ["is_archived", "failed"],
    ["invalid_auth", "pending"],
    ["fatal_error", "pending"],
  ])("%s leaves the message %s, with the reason", async (code, status) => {
    const { run } = await announced();
    slack.trouble = (_, response) => {
      response.end(JSON.stringify({ ok: false, error: code }));
      return true;
    };
    await sendDue(env, [run]);
    expect(rows()[2]).toMatchObject({ channel: "slack", status, error: expect.stringContaining(code) });
  });
});

describe("nobody can be reached", () => {
  test("a refused mailbox is tried in Slack; when nothing reaches anybody the owners are told who could not be", async () => {
    slack.users.push({ id: "U_BEN", email: "ben@example.com" });
    slack.channels.delete("C0RELEASE");
    inbox.answer = (raw) =>
      /^To:.*ben@/m.test(raw) ? Object.assign(new Error("no such mailbox"), { responseCode: 550 }) : null;
    const { run } = await stage(db, {
      createdAt: NOW,
      people: [{ id: "usr_boss", name: "Boss", role: "owner", groups: [] }, ben],
      groups: ["release"],
    });
    const approvals: ApprovalsEnv = {
      ...env,
      RUNS: nowhere,
      NOTIFICATIONS: nowhere,
      CHANNELS: "email,slack,slack-dm",
    };
    await announceRuns([run], approvals);
    await sendDue(env, [run]);
    expect(slack.messages.map((m) => m.channel)).toEqual(["D_BEN"]);
    expect(inbox.raw).toEqual([]);

    // And where Slack does not know the person either:
    const second = await stage(db, {
      createdAt: NOW,
      run: "run_scene00000000000000002",
      people: [],
      groups: ["release"],
    });
    slack.users.length = 0;
    db.sqlite.exec("UPDATE users SET slack_user_id = NULL");
    await announceRuns([second.run], approvals);
    await sendDue(env, [second.run]);
    const escalated = (await inbox.mails()).find((mail) => mail.to?.[0]?.address === "boss@example.com");
    expect(escalated?.subject).toMatch(/^Escalated to you/);
    expect(escalated?.text).toContain("no such mailbox");
    expect(escalated?.text).toContain("nobody in Slack has this person's e-mail address");
    expect(escalated?.text).not.toMatch(/\/a\/[0-9a-f]{64}/);
  });
});

/** The notifier's database, which takes away the process at a given statement. */
function dying(at: RegExp): { env: Env; died: () => boolean } {
  let dead = false;
  const statement = (sql: string, inner: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(inner, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (name === "bind") return (...values: unknown[]) => statement(sql, target.bind(...values));
        if (name === "run" && at.test(sql))
          return async () => {
            dead = true;
            throw new Error("killed");
          };
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  const face = new Proxy(db, {
    get(target, name) {
      if (dead) throw new Error("this process is gone");
      if (name === "prepare") return (sql: string) => statement(sql, target.prepare(sql));
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { env: { ...env, DB: face as unknown as D1Database }, died: () => dead };
}

describe("killed", () => {
  test("between the commit and the first message: everything is sent after the restart, once", async () => {
    await announced();
    // Approvals died before its hint, and the notifier before it claimed: only the rows are left.
    await minutes(3);
    expect(inbox.raw).toHaveLength(2);
    expect(slack.messages).toHaveLength(1);
  });

  test("between sending and marking: each message at most twice, none lost, and the second is the same", async () => {
    const { run } = await announced();
    const killed = dying(/UPDATE notifications SET status = \?4/);
    await sendDue(killed.env, [run]).catch(() => {});
    expect(killed.died()).toBe(true);
    const before = inbox.raw.length + slack.messages.length;
    expect(before).toBeGreaterThan(0);
    await minutes(1);
    await minutes(3);
    for (const person of ["ada@example.com", "ben@example.com"]) {
      const copies = inbox.envelopes.filter((e) => e.to[0] === person).length;
      expect(copies).toBeGreaterThanOrEqual(1);
      expect(copies).toBeLessThanOrEqual(2);
    }
    expect(slack.messages.length).toBeGreaterThanOrEqual(1);
    expect(slack.messages.length).toBeLessThanOrEqual(2);
    // The same message, so that a mailbox can tell, with the same link.
    const mails = await inbox.mails();
    expect(new Set(mails.map((mail) => mail.messageId)).size).toBe(2);
    expect(new Set(mails.map((mail) => linkIn(mail.text))).size).toBe(2);
    expect(rows().map((row) => row.status)).toEqual(["sent", "sent", "sent"]);
    const total = inbox.raw.length + slack.messages.length;
    await minutes(20);
    expect(inbox.raw.length + slack.messages.length).toBe(total);
  });
});
