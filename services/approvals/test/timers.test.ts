/** Reminders, escalation and alerts: rows and a clock, made once however often, late or doubly somebody looks. */
import { tokenHash } from "@tw/shared/approvals/links";
import { breakGlass, reviewBreakGlass } from "@tw/shared/db/break-glass";
import { listCheckpoints } from "@tw/shared/db/checkpoints";
import { createStandIn } from "@tw/shared/db/stand-ins";
import { dueTells } from "@tw/shared/db/tells";
import { castVote } from "@tw/shared/db/votes";
import { openTestD1, type TestD1 } from "@tw/shared/testing/sqlite-d1";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tellAgain } from "../src/tell-again.ts";
import { ada, ben, DIGEST, NOW, type Scene, stage, TENANT } from "./scene.ts";

let db: TestD1;
let checkpoint: string;
let run: string;
const MINUTE = 60_000;
const DAY = 86_400_000;
const LEA = { id: "usr_lea", name: "Lea", role: "approver" as const, groups: ["leads"] };
beforeAll(() => {
  db = openTestD1();
});
afterAll(() => db.close());
beforeEach(() => db.reset());

async function scene(policy: Scene["policy"], more: Scene = {}): Promise<void> {
  ({ checkpoint, run } = await stage(db, { policy, people: [ada, ben, LEA], expiresAt: null, ...more }));
  db.sqlite.exec(`UPDATE command_checkpoints SET announced_at = ${NOW}, next_tell_at = ${NOW + MINUTE}`);
}
const rows = (sql: string) => db.sqlite.prepare(sql).all() as Record<string, unknown>[];
const messages = () =>
  rows("SELECT kind, user_id AS who, id FROM notifications ORDER BY id").map(
    (r) => `${r.kind} ${String(r.who).slice(4)}`,
  );
const channels = { email: true, slack: false, slackDirect: false, webhook: false };
const look = (now: number) => tellAgain(db, [run], channels, "a key of enough characters", now);
const nextAt = () => rows("SELECT next_tell_at AS at FROM command_checkpoints")[0]?.at;

describe("reminders", () => {
  test("come when due, to whoever has not voted, with links that open; two ticks at once make one", async () => {
    await scene({ quorum: 2, remind_every_s: 60 });
    await castVote(
      db,
      {
        tenantId: TENANT,
        checkpointId: checkpoint,
        user: ada,
        decision: "approve",
        channel: "api",
        comment: null,
        inputs: null,
        planDigest: DIGEST,
      },
      NOW + 1,
    );
    await look(NOW + MINUTE - 1);
    expect(messages()).toEqual([]);
    expect(await dueTells(db, NOW + MINUTE, 10)).toEqual([run]);
    await Promise.all([look(NOW + MINUTE), look(NOW + MINUTE), look(NOW + MINUTE + 5)]);
    expect(messages()).toEqual(["reminder ben", "reminder lea"]);
    expect(rows("SELECT count(*) AS n FROM approval_links WHERE user_id = 'usr_ben'")).toEqual([{ n: 1 }]);
    expect(nextAt()).toBe(NOW + 2 * MINUTE);
    expect(await dueTells(db, NOW + MINUTE, 10)).toEqual([]);
    await look(NOW + 2 * MINUTE);
    expect(messages()).toHaveLength(4);
    expect(await tokenHash("x")).toHaveLength(64);
  });

  test("after forty days without a tick there is one, not thousands, and the next lies ahead", async () => {
    await scene({ remind_every_s: 60 });
    await look(NOW + 40 * DAY);
    expect(messages()).toEqual(["reminder ada", "reminder ben", "reminder lea"]);
    expect(nextAt()).toBe(NOW + 40 * DAY + MINUTE);
  });

  test("a crash between reading and writing loses none; a write whose answer was lost makes none twice", async () => {
    await scene({ remind_every_s: 60 });
    let failures = 1;
    db.intercept = {
      before(operation) {
        if (operation.writes && failures-- > 0) throw new Error("D1_ERROR: Network connection lost");
      },
    };
    await expect(look(NOW + MINUTE)).rejects.toThrow(/lost/);
    failures = 1;
    db.intercept = {
      after(operation) {
        if (operation.writes && failures-- > 0) throw new Error("D1_ERROR: Network connection lost");
      },
    };
    await expect(look(NOW + MINUTE)).rejects.toThrow(/lost/);
    db.intercept = {};
    await look(NOW + MINUTE);
    expect(messages()).toEqual(["reminder ada", "reminder ben", "reminder lea"]);
  });

  test.each([
    ["decided", "UPDATE command_checkpoints SET status = 'rejected', decided_at = 1"],
    ["withdrawn", "UPDATE command_checkpoints SET status = 'withdrawn', decided_at = 1"],
    ["expired", `UPDATE command_checkpoints SET expires_at = ${NOW + MINUTE}`],
  ])("nobody is reminded of what is %s", async (_what, sql) => {
    await scene({ remind_every_s: 60 });
    db.sqlite.exec(sql);
    await look(NOW + MINUTE);
    expect(messages()).toEqual([]);
    expect(nextAt()).toBeNull();
  });
});

describe("escalation", () => {
  test("asks the other group once, with links of their own; from then on they may vote", async () => {
    await scene({ groups: ["release"], escalate: { after_s: 60, to: "leads" } });
    const vote = () =>
      castVote(
        db,
        {
          tenantId: TENANT,
          checkpointId: checkpoint,
          user: LEA,
          decision: "approve",
          channel: "api",
          comment: null,
          inputs: null,
          planDigest: DIGEST,
        },
        NOW + 2 * MINUTE,
      );
    expect((await vote()).kind).toBe("forbidden");
    await Promise.all([look(NOW + MINUTE), look(NOW + MINUTE)]);
    expect(messages()).toEqual(["escalation lea"]);
    expect(rows("SELECT user_id FROM approval_links")).toEqual([{ user_id: "usr_lea" }]);
    expect(nextAt()).toBeNull();
    expect((await vote()).kind).toBe("decided");
  });
});

describe("break-glass", () => {
  const by = { id: ada.id, name: ada.name, type: "person" as const };
  const ask = () => ({
    tenantId: TENANT,
    checkpointId: checkpoint,
    by,
    reason: "production is down",
    inputs: null,
    planDigest: DIGEST,
  });

  test("approves with a mark, alerts everybody who may vote, is audited, and stays listed until somebody else reviewed it", async () => {
    await scene({ quorum: 3, groups: ["security"] }, { requestedBy: by });
    const done = await breakGlass(db, ask(), NOW + 5);
    expect(done?.checkpoint).toMatchObject({
      status: "approved",
      breakGlass: { by, reason: "production is down", at: NOW + 5, review: null },
    });
    expect(rows("SELECT action, detail_json ->> 'reason' AS reason FROM audit")).toEqual([
      { action: "checkpoint.break_glass", reason: "production is down" },
    ]);
    const [event] = rows("SELECT events_json FROM run_events").flatMap((r) =>
      JSON.parse(r.events_json as string),
    );
    expect(event).toMatchObject({
      type: "checkpoint.approved",
      data: { break_glass: true, reason: "production is down" },
    });
    expect(await dueTells(db, NOW + 5, 10)).toEqual([run]);
    await Promise.all([look(NOW + 6), look(NOW + 6)]);
    expect(messages()).toEqual(["break_glass ada", "break_glass ben", "break_glass lea"]);
    const listed = async () =>
      (await listCheckpoints(db, { tenantId: TENANT, brokenGlass: "unreviewed", limit: 10, now: NOW })).items
        .length;
    expect(await listed()).toBe(1);
    const review = { tenantId: TENANT, checkpointId: checkpoint, comment: "right so" };
    await expect(reviewBreakGlass(db, { ...review, by }, NOW + 9)).rejects.toMatchObject({ status: 403 });
    const other = { id: ben.id, name: ben.name, type: "person" as const };
    expect(
      (await reviewBreakGlass(db, { ...review, by: other }, NOW + 9))?.checkpoint.breakGlass?.review,
    ).toMatchObject({ by: other });
    expect(await listed()).toBe(0);
    await expect(reviewBreakGlass(db, { ...review, by: other }, NOW + 9)).rejects.toMatchObject({
      status: 409,
    });
  });

  test.each<[string, string, object]>([
    [
      "by somebody who is no owner any more",
      "UPDATE users SET role = 'approver' WHERE id = 'usr_ada'",
      { status: 409 },
    ],
    [
      "where the policy forbids it",
      "UPDATE command_checkpoints SET policy_json = json_set(policy_json, '$.break_glass', json('false'))",
      { status: 403 },
    ],
    ["after the expiry", `UPDATE command_checkpoints SET expires_at = ${NOW}`, { status: 410 }],
    [
      "after a decision",
      "UPDATE command_checkpoints SET status = 'rejected', decided_at = 1",
      { status: 409 },
    ],
    ["after a cancel", "UPDATE workflow_executions SET cancel_requested_at = 1", { status: 409 }],
    ["for another plan", "UPDATE command_checkpoints SET plan_digest = 'other'", { status: 409 }],
  ])("not %s", async (_what, sql, refusal) => {
    await scene({});
    db.sqlite.exec(sql);
    const before = db.tables();
    await expect(breakGlass(db, ask(), NOW + 5)).rejects.toMatchObject(refusal);
    expect(db.tables()).toEqual(before);
  });
});

test("a stand-in is reminded in the absent person's place", async () => {
  const vic = { id: "usr_vic", name: "Vic", role: "viewer" as const, groups: [] };
  await scene({ groups: ["release"], remind_every_s: 60 }, { people: [ada, ben, vic] });
  const by = { id: ada.id, name: ada.name, type: "person" as const };
  await createStandIn(
    db,
    { tenantId: TENANT, userId: ben.id, standInId: vic.id, from: NOW, until: NOW + DAY, by },
    NOW,
  );
  await look(NOW + MINUTE);
  expect(messages()).toEqual(["reminder ben", "reminder vic"]);
});
