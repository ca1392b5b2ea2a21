import { linkToken, tokenHash } from "@tw/shared/approvals/links";
import { castVote } from "@tw/shared/db/votes";
import { openTestD1, type TestD1 } from "@tw/shared/testing/sqlite-d1";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkEnv, type Env } from "../src/env.ts";
import { announceRuns, onCheckpoints } from "../src/on-checkpoints.ts";
import { ada, ben, cleo, DIGEST, stage, TENANT } from "./scene.ts";

const KEY = "a-link-key-of-the-tests";
let db: TestD1;
let hinted: string[][];
let env: Env;
beforeEach(() => {
  db = openTestD1();
  hinted = [];
  const queue = {
    send: async (hint: { runs: string[] }) => void hinted.push(hint.runs),
    sendBatch: async () => {},
  };
  env = {
    DB: db,
    RUNS: queue,
    NOTIFICATIONS: queue,
    PUBLIC_URL: "https://tw.example",
    LINK_KEY: KEY,
    CHANNELS: "email,slack,webhook",
  };
});
afterEach(() => db.close());
const rows = <T = Record<string, unknown>>(sql: string): T[] => db.sqlite.prepare(sql).all() as T[];
const now = Date.now();

interface Message {
  id: string;
  body: unknown;
  done: string[];
}
function batchOf(...bodies: unknown[]): { batch: MessageBatch; messages: Message[] } {
  const messages = bodies.map((body, i) => ({ id: `m${i}`, body, done: [] as string[] }));
  const batch = {
    queue: "tw-checkpoints",
    messages: messages.map((m) => ({
      ...m,
      attempts: 1,
      timestamp: new Date(),
      ack: () => m.done.push("ack"),
      retry: () => m.done.push("retry"),
    })),
  };
  return { batch: batch as unknown as MessageBatch, messages };
}

test("one link per person who may vote, one message per person and channel, then the notifier is woken", async () => {
  const { run, checkpoint } = await stage(db, { createdAt: now });
  await announceRuns([run], env);
  expect(
    rows<{ user_id: string }>("SELECT user_id FROM approval_links ORDER BY user_id").map((r) => r.user_id),
  ).toEqual([ada.id, ben.id]);
  expect(rows("SELECT channel, user_id, kind, status FROM notifications ORDER BY channel, user_id")).toEqual([
    { channel: "email", user_id: ada.id, kind: "request", status: "pending" },
    { channel: "email", user_id: ben.id, kind: "request", status: "pending" },
    { channel: "slack", user_id: null, kind: "request", status: "pending" },
    { channel: "webhook", user_id: null, kind: "request", status: "pending" },
  ]);
  // The notifier can make each person's token again from the salt, and only with the key.
  const [{ salt } = { salt: "" }] = rows<{ salt: string }>("SELECT salt FROM notifications LIMIT 1");
  const stored = rows<{ token_hash: string }>(
    `SELECT token_hash FROM approval_links WHERE user_id = '${ada.id}'`,
  )[0]?.token_hash;
  const token = await linkToken(KEY, salt, checkpoint, ada.id);
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  expect(await tokenHash(token)).toBe(stored);
  expect(await tokenHash(await linkToken("another-key", salt, checkpoint, ada.id))).not.toBe(stored);
  expect(hinted).toEqual([[run]]);
});

test("however many hints come at once, people are told once", async () => {
  const { run } = await stage(db, { createdAt: now });
  await Promise.all(Array.from({ length: 10 }, () => announceRuns([run], env)));
  await announceRuns([run, run, "run_unknown"], env);
  expect(rows("SELECT count(*) AS n FROM approval_links")).toEqual([{ n: 2 }]);
  expect(rows("SELECT count(*) AS n, count(DISTINCT salt) AS salts FROM notifications")).toEqual([
    { n: 4, salts: 1 },
  ]);
});

test("only those who may vote: groups and the requester's own place are kept", async () => {
  const { run } = await stage(db, { createdAt: now, groups: ["release"] });
  await announceRuns([run], env);
  expect(rows("SELECT user_id FROM approval_links")).toEqual([{ user_id: ben.id }]);
  // Nobody else could decide, so the channel may carry the one person's link.
  expect(rows("SELECT user_id FROM notifications WHERE channel = 'slack'")).toEqual([{ user_id: ben.id }]);
  const other = await stage(db, { run: "run_2", createdAt: now, requestedBy: { ...ada, type: "person" } });
  await announceRuns([other.run], env);
  expect(rows(`SELECT user_id FROM approval_links WHERE checkpoint_id = '${other.checkpoint}'`)).toEqual([
    { user_id: ben.id },
  ]);
});

test("channels that are not set up get no rows; the checkpoint is announced all the same", async () => {
  const { run } = await stage(db, { createdAt: now });
  await announceRuns([run], { ...env, CHANNELS: "none" });
  expect(rows("SELECT count(*) AS n FROM notifications")).toEqual([{ n: 0 }]);
  expect(rows("SELECT announced_at IS NOT NULL AS yes FROM command_checkpoints")).toEqual([{ yes: 1 }]);
});

test("a checkpoint decided or expired before it was announced bothers nobody", async () => {
  const decided = await stage(db, { createdAt: now });
  await castVote(
    db,
    {
      tenantId: TENANT,
      checkpointId: decided.checkpoint,
      user: ada,
      decision: "approve",
      channel: "api",
      comment: null,
      inputs: null,
      planDigest: DIGEST,
    },
    now,
  );
  const expired = await stage(db, { run: "run_expired", createdAt: now, expiresAt: now - 1 });
  await announceRuns([decided.run, expired.run], env);
  expect(rows("SELECT count(*) AS n FROM approval_links")).toEqual([{ n: 0 }]);
  expect(rows("SELECT count(*) AS n FROM notifications")).toEqual([{ n: 0 }]);
});

test("the same person in two tenants is two people", async () => {
  await stage(db, { createdAt: now });
  const two = await stage(db, {
    tenant: "ten_two",
    run: "run_two",
    createdAt: now,
    people: [{ ...cleo, id: "usr_two", role: "owner" }],
  });
  await announceRuns([two.run], env);
  expect(rows("SELECT tenant_id, user_id FROM approval_links")).toEqual([
    { tenant_id: "ten_two", user_id: "usr_two" },
  ]);
});

test("a message that is no hint is dropped, a broken row is retried alone, and neighbours are served", async () => {
  const good = await stage(db, { createdAt: now });
  const bad = await stage(db, { run: "run_bad", createdAt: now });
  db.sqlite.exec("UPDATE command_checkpoints SET policy_json = '{' WHERE run_id = 'run_bad'");
  const { batch, messages } = batchOf(
    { v: 1, runs: [good.run] },
    "junk",
    { v: 9, runs: ["x"] },
    { v: 1, runs: [bad.run] },
  );
  await onCheckpoints(batch, env);
  expect(messages.map((m) => m.done).slice(1, 3)).toEqual([["ack"], ["ack"]]);
  expect(rows(`SELECT count(*) AS n FROM approval_links WHERE checkpoint_id = '${good.checkpoint}'`)).toEqual(
    [{ n: 2 }],
  );
  expect(messages[3]?.done).toEqual(["retry"]);
});

test("a write whose answer was lost makes no second link", async () => {
  const { run } = await stage(db, { createdAt: now });
  let failures = 1;
  db.intercept = {
    after(operation) {
      if (operation.writes && failures-- > 0) throw new Error("D1_ERROR: Network connection lost");
    },
  };
  const { batch, messages } = batchOf({ v: 1, runs: [run] });
  await onCheckpoints(batch, env);
  await onCheckpoints(batch, env);
  expect(messages[0]?.done[0]).toBe("retry");
  expect(rows("SELECT count(*) AS n FROM approval_links")).toEqual([{ n: 2 }]);
  expect(rows("SELECT count(*) AS n FROM notifications")).toEqual([{ n: 4 }]);
});

test.each([
  ["LINK_KEY", { LINK_KEY: "" }],
  ["PUBLIC_URL", { PUBLIC_URL: "workspace" }],
])("without %s the service does not start, and says why", (name, change) => {
  expect(() => checkEnv({ ...env, ...change })).toThrow(new RegExp(`cannot start: ${name} must be`));
});
