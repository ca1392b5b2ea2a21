import { type VoteOutcome, voteRefusal } from "@tw/shared/approvals/outcome";
import { castVote, type VoteRequest } from "@tw/shared/db/votes";
import { openTestD1, type TestD1 } from "@tw/shared/testing/sqlite-d1";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ada, ben, cleo, DIGEST, dan, NOW, type Person, type Scene, stage, TENANT } from "./scene.ts";

let db: TestD1;
let checkpoint: string;
let run: string;
beforeEach(() => {
  db = openTestD1();
});
afterEach(() => db.close());

async function scene(of: Scene = {}): Promise<void> {
  ({ checkpoint, run } = await stage(db, of));
}
function request(user: Person, decision: "approve" | "reject", more: Partial<VoteRequest> = {}): VoteRequest {
  return {
    tenantId: TENANT,
    checkpointId: checkpoint,
    user,
    decision,
    channel: "api",
    comment: null,
    inputs: null,
    planDigest: DIGEST,
    ...more,
  };
}
const vote = (
  user: Person,
  decision: "approve" | "reject" = "approve",
  more: Partial<VoteRequest> = {},
  now = NOW + 1000,
): Promise<VoteOutcome> => castVote(db, request(user, decision, more), now);
const rows = (sql: string): Record<string, unknown>[] =>
  db.sqlite.prepare(sql).all() as Record<string, unknown>[];
const events = (): { seq: number; type: string; data: Record<string, unknown> }[] =>
  rows("SELECT events_json FROM run_events ORDER BY seq").flatMap((r) => JSON.parse(r.events_json as string));

describe("one decision wins", () => {
  test("an approval decides, with its events, audit entry and the run due at once, in consecutive numbers", async () => {
    await scene();
    const outcome = await vote(ada, "approve", { comment: "go" });
    expect(outcome).toMatchObject({ kind: "decided", status: "approved" });
    expect(voteRefusal(outcome)).toBeNull();
    expect(events().map((e) => [e.seq, e.type])).toEqual([
      [5, "checkpoint.voted"],
      [6, "checkpoint.approved"],
    ]);
    expect(events()[0]?.data).toMatchObject({
      user: { id: ada.id },
      decision: "approve",
      channel: "api",
      comment: "go",
    });
    expect(rows("SELECT event_seq, version, next_check_at FROM workflow_executions")).toEqual([
      { event_seq: 6, version: 2, next_check_at: NOW + 1000 },
    ]);
    expect(rows("SELECT first_seq, seq FROM run_events")).toEqual([{ first_seq: 5, seq: 6 }]);
    expect(rows("SELECT seq, action, target FROM audit")).toEqual([
      { seq: 1, action: "checkpoint.approved", target: checkpoint },
    ]);
  });

  test("of 20 simultaneous votes one decides; the others learn who, what, when and where, and change nothing", async () => {
    const people = Array.from(
      { length: 20 },
      (_, i): Person => ({ id: `usr_${i}`, name: `Person ${i}`, role: "approver", groups: [] }),
    );
    await scene({ people });
    const outcomes = await Promise.all(
      people.map((p, i) => vote(p, i % 2 ? "reject" : "approve", { channel: "slack" })),
    );
    const winners = outcomes.filter((o) => o.kind === "decided");
    expect(winners).toHaveLength(1);
    const late = outcomes.filter((o) => o.kind === "already");
    expect(late).toHaveLength(19);
    for (const one of late) {
      const refusal = voteRefusal(one);
      expect(refusal?.status).toBe(409);
      expect(refusal?.message).toMatch(/Person \d+ (approved|rejected) it at 2026-09-21 .* UTC, in Slack\./);
    }
    expect(rows("SELECT count(*) AS n FROM checkpoint_votes")).toEqual([{ n: 1 }]);
    expect(events()).toHaveLength(2);
    expect(rows("SELECT count(*) AS n FROM audit")).toEqual([{ n: 1 }]);
    expect(rows("SELECT version FROM workflow_executions")).toEqual([{ version: 2 }]);
  });

  test("an approval after a rejection, and a rejection after an approval, come too late", async () => {
    await scene();
    await vote(ada, "reject");
    expect(await vote(ben)).toMatchObject({ kind: "already", status: "rejected", by: { userId: ada.id } });
  });
});

describe("quorum", () => {
  test("distinct people only: one person's second click counts once, the second person decides", async () => {
    await scene({ quorum: 2 });
    expect(await vote(ada)).toMatchObject({ kind: "voted", approvals: 1, repeated: false });
    const before = db.tables();
    expect(await vote(ada)).toMatchObject({ kind: "voted", approvals: 1, repeated: true });
    expect(db.tables()).toEqual(before);
    expect(events().map((e) => e.type)).toEqual(["checkpoint.voted"]);
    expect(await vote(ben)).toMatchObject({ kind: "decided", status: "approved" });
    expect(events().map((e) => [e.seq, e.type])).toEqual([
      [5, "checkpoint.voted"],
      [6, "checkpoint.voted"],
      [7, "checkpoint.approved"],
    ]);
  });

  test("one rejection decides, also by somebody who had approved", async () => {
    await scene({ quorum: 2 });
    await vote(ada);
    expect(await vote(ada, "reject")).toMatchObject({ kind: "decided", status: "rejected" });
    expect(rows("SELECT decision FROM checkpoint_votes")).toEqual([{ decision: "reject" }]);
  });

  test("a vote for another plan does not count towards the quorum", async () => {
    await scene({ quorum: 2 });
    await vote(ada);
    db.sqlite.exec("UPDATE command_checkpoints SET plan_digest = 'new'");
    db.sqlite.exec("UPDATE workflow_executions SET plan_digest = 'new'");
    expect(await vote(ben, "approve", { planDigest: "new" })).toMatchObject({ kind: "voted", approvals: 1 });
    expect(await vote(ada, "approve", { planDigest: "new" })).toMatchObject({ kind: "decided" });
  });
});

describe("who may vote", () => {
  test.each([
    ["an operator", cleo, /role is operator/],
    ["a viewer", dan, /role is viewer/],
    [
      "somebody unknown",
      { id: "usr_x", name: "X", role: "owner", groups: [] } as Person,
      /Only people of this workspace/,
    ],
  ])("%s has no vote, whatever the caller says", async (_who, who, reason) => {
    await scene();
    const before = db.tables();
    // The caller's word about the role does not count: the database's does.
    const outcome = await vote({ ...who, role: "owner" });
    expect(voteRefusal(outcome)).toMatchObject({ status: 403, message: expect.stringMatching(reason) });
    expect(db.tables()).toEqual(before);
  });

  test("a removed person has no vote", async () => {
    await scene();
    db.sqlite.exec("UPDATE users SET status = 'removed' WHERE id = 'usr_ada'");
    expect(await vote(ada)).toMatchObject({ kind: "forbidden" });
  });

  test("with groups, only their members", async () => {
    await scene({ groups: ["release", "security"] });
    expect(voteRefusal(await vote(ada))?.message).toMatch(/release or security/);
    expect(await vote(ben)).toMatchObject({ kind: "decided" });
  });

  test("the requester only where the policy says so, and not through a token of their own", async () => {
    await scene({ requestedBy: { id: ada.id, name: ada.name, type: "person" } });
    expect(voteRefusal(await vote(ada))?.message).toMatch(/asked for this run yourself/);
    db.sqlite.exec(
      `INSERT INTO tokens (hash, id, tenant_id, type, user_id, name, scopes_json, created_at) VALUES ('h', 'tok_1', '${TENANT}', 'service', 'usr_ada', 'ci', '[]', 0)`,
    );
    db.sqlite.exec(
      `UPDATE workflow_executions SET requested_by_json = '{"id":"tok_1","name":"ci","type":"service"}'`,
    );
    expect(voteRefusal(await vote(ada))?.message).toMatch(/your own tokens/);
    db.sqlite.exec(
      `UPDATE command_checkpoints SET policy_json = json_set(policy_json, '$.requester_may_vote', json('true'))`,
    );
    expect(await vote(ada)).toMatchObject({ kind: "decided" });
  });

  test("another tenant's checkpoint does not exist, and another tenant's person is nobody here", async () => {
    await scene();
    expect(await vote(ada, "approve", { tenantId: "ten_other" })).toEqual({ kind: "not_found" });
    expect(await vote(ada, "approve", { checkpointId: "chk_none" })).toEqual({ kind: "not_found" });
    await stage(db, { tenant: "ten_two", run: "run_two", people: [{ ...ada, id: "usr_two" }] });
    expect(await vote({ ...ada, id: "usr_two" })).toMatchObject({ kind: "forbidden" });
  });
});

describe("state, time and plan", () => {
  test("a millisecond before expiry counts, at expiry does not", async () => {
    await scene({ expiresAt: NOW + 5000 });
    expect(voteRefusal(await vote(ada, "approve", {}, NOW + 5000))).toMatchObject({ status: 410 });
    expect(rows("SELECT status FROM command_checkpoints")).toEqual([{ status: "pending" }]);
    expect(await vote(ada, "approve", {}, NOW + 4999)).toMatchObject({ kind: "decided" });
  });

  test("without an expiry it stays open", async () => {
    await scene({ expiresAt: null });
    expect(await vote(ada, "approve", {}, NOW + 10 ** 12)).toMatchObject({ kind: "decided" });
  });

  test.each([
    ["the run's cancel was asked for", "UPDATE workflow_executions SET cancel_requested_at = 1", /cancelled/],
    ["the checkpoint was withdrawn", "UPDATE command_checkpoints SET status = 'withdrawn'", /withdrawn/],
    [
      "the run is over",
      "UPDATE workflow_executions SET status = 'failed', finished_at = 1, next_check_at = NULL",
      /over/,
    ],
  ])("no vote wins once %s", async (_what, sql, words) => {
    await scene();
    db.sqlite.exec(sql);
    const before = db.tables();
    expect(voteRefusal(await vote(ada))).toMatchObject({
      status: 409,
      message: expect.stringMatching(words),
    });
    expect(db.tables()).toEqual(before);
  });

  test("a vote for a plan that has changed is not counted and names the new one", async () => {
    await scene();
    const refusal = voteRefusal(await vote(ada, "approve", { planDigest: "old" }));
    expect(refusal).toMatchObject({
      status: 409,
      issues: [{ path: "plan_digest", message: expect.stringContaining(DIGEST) }],
    });
    expect(await vote(ada, "approve", { planDigest: null })).toMatchObject({ kind: "decided" });
  });
});

describe("form", () => {
  const form: Scene["form"] = [
    { name: "window", type: "enum", options: ["now", "tonight"], required: true },
    { name: "percent", type: "number", required: false, default: 10 },
    { name: "read", type: "boolean", required: true },
    { name: "why", label: "Reason", type: "string", required: false },
  ];

  test("typed values are stored with the decision; what is wrong is told field by field", async () => {
    await scene({ form });
    const wrong = voteRefusal(
      await vote(ada, "approve", { inputs: { window: "never", percent: "ten", read: false, other: 1 } }),
    );
    expect(wrong?.status).toBe(422);
    expect(wrong?.issues?.map((i) => i.path)).toEqual([
      "inputs.other",
      "inputs.window",
      "inputs.percent",
      "inputs.read",
    ]);
    expect(await vote(ada, "approve", { inputs: { window: "now", read: true } })).toMatchObject({
      kind: "decided",
      checkpoint: { inputs: { window: "now", percent: 10, read: true } },
    });
  });

  test("a rejection needs no form, and a form nobody asked for is refused", async () => {
    await scene({ form });
    expect(await vote(ada, "reject")).toMatchObject({
      kind: "decided",
      status: "rejected",
      checkpoint: { inputs: null },
    });
    const other = await stage(db, { run: "run_other" });
    expect(await vote(ada, "approve", { checkpointId: other.checkpoint, inputs: { x: 1 } })).toMatchObject({
      kind: "invalid",
    });
    expect(await vote(ada, "approve", { checkpointId: other.checkpoint, inputs: {} })).toMatchObject({
      kind: "decided",
    });
  });
});

describe("commit unknown", () => {
  test("a write that happened but whose answer was lost counts once", async () => {
    await scene();
    let failures = 1;
    db.intercept = {
      after(operation) {
        if (operation.writes && failures-- > 0) throw new Error("D1_ERROR: Network connection lost");
      },
    };
    expect(await vote(ada)).toMatchObject({ kind: "decided", status: "approved" });
    expect(events()).toHaveLength(2);
    expect(rows("SELECT count(*) AS n FROM audit")).toEqual([{ n: 1 }]);
  });

  test("a write that never happened is tried again; a database that stays away is a 503 and no vote", async () => {
    await scene();
    let failures = 1;
    db.intercept = {
      before(operation) {
        if (operation.writes && failures-- > 0) throw new Error("D1_ERROR: Network connection lost");
      },
    };
    expect(await vote(ada)).toMatchObject({ kind: "decided" });
    const other = await stage(db, { run: "run_other2" }).catch(() => null);
    db.intercept = {
      before() {
        throw new Error("D1_ERROR: D1 DB is overloaded");
      },
    };
    await expect(
      vote(ben, "approve", { checkpointId: other?.checkpoint ?? checkpoint }),
    ).rejects.toMatchObject({ status: 503 });
  });
});

/** Each guard stands in the deciding statement itself: without it the vote it keeps out would be stored. */
describe("guards of the one statement", () => {
  test.each<[string, RegExp, Scene, (string | null)?, Partial<VoteRequest>?]>([
    [
      "pending",
      /AND c\.status = 'pending'\s+AND \(c\.exp/,
      {},
      "UPDATE command_checkpoints SET status = 'withdrawn'",
    ],
    ["expiry", /AND \(c\.expires_at IS NULL OR c\.expires_at > \?9\)/, { expiresAt: NOW }],
    ["plan", /AND \(\?10 IS NULL OR c\.plan_digest = \?10\)/, {}, null, { planDigest: "old" }],
    [
      "cancel",
      /AND r\.cancel_requested_at IS NULL/,
      {},
      "UPDATE workflow_executions SET cancel_requested_at = 1",
    ],
    [
      "run over",
      /AND r\.status NOT IN \([^)]*\)/,
      {},
      "UPDATE workflow_executions SET status = 'failed', finished_at = 1, next_check_at = NULL",
    ],
    ["role", /AND p\.role IN \('owner', 'approver'\)/, {}, "UPDATE users SET role = 'viewer'"],
    [
      "removed",
      /AND [up]\.status = 'active'/g,
      {},
      "UPDATE users SET status = 'removed' WHERE id = 'usr_ada'",
    ],
    [
      "form",
      /AND \(\?4 = 'reject' OR coalesce\(c\.form_json, '\[\]'\) = \?11\)/,
      { form: [{ name: "x", type: "string", required: true }] },
    ],
    [
      "link",
      /AND \(\?12 IS NULL OR EXISTS[\s\S]*?l\.expires_at > \?9\)\)/,
      {},
      null,
      { link: "used-or-unknown" },
    ],
  ])("%s", async (name, guard, of, sql, more) => {
    await scene(of);
    if (sql) db.sqlite.exec(sql);
    const before = db.tables();
    const kind = (await vote(ada, "approve", more)).kind;
    expect(["decided", "voted"]).not.toContain(kind);
    expect(db.tables()).toEqual(before);
    let removed = 0;
    db.intercept = {
      rewrite(text) {
        if (!text.startsWith("INSERT INTO checkpoint_votes")) return text;
        const mutant = text.replace(
          guard,
          name === "pending"
            ? "AND (c.exp"
            : name === "link"
              ? "AND ?12 = ?12"
              : name === "plan"
                ? "AND ?10 = ?10"
                : name === "form"
                  ? "AND ?11 = ?11"
                  : "",
        );
        removed = mutant === text ? 0 : 1;
        return mutant;
      },
    };
    // Another database: a statement is rewritten when it is first seen.
    const intercept = db.intercept;
    db.close();
    db = openTestD1({ intercept });
    await scene(of);
    if (sql) db.sqlite.exec(sql);
    await vote(ada, "approve", more);
    expect(removed).toBe(1);
    expect(rows("SELECT count(*) AS n FROM checkpoint_votes")).toEqual([{ n: 1 }]);
  });
});

test("the run named by the checkpoint is the only one touched", async () => {
  await scene();
  await stage(db, { run: "run_neighbour" });
  await vote(ada);
  expect(rows(`SELECT version, event_seq FROM workflow_executions WHERE id <> '${run}'`)).toEqual([
    { version: 1, event_seq: 4 },
  ]);
});
