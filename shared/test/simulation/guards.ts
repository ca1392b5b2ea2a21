/** One direct attack on each guard of the SQL: what it must refuse, it must refuse whoever asks. Mutants lack one guard each. */
import { stepReport } from "../../src/agents/step-report.ts";
import type { LeasedJob, StepReport } from "../../src/contracts/agent-protocol.ts";
import { requestCancel } from "../../src/db/cancel-run.ts";
import { commitRuns } from "../../src/db/commit-runs.ts";
import { createRun } from "../../src/db/create-run.ts";
import { leaseJobs, renewJobs, reportJob } from "../../src/db/jobs.ts";
import { loadRuns } from "../../src/db/load-runs.ts";
import { castVote } from "../../src/db/votes.ts";
import { decide } from "../../src/engine/decide.ts";
import { reconcile } from "../../src/reconcile/reconcile.ts";
import type { TestD1 } from "../../src/testing/sqlite-d1.ts";
import { scriptedPlan, scriptedStep } from "./scenarios.ts";
import { seedTables } from "./simulator.ts";

const NOW = 1_800_000_000_000;
const BY = { id: "usr_a0", name: "A", type: "person" as const };
const RUN = "run_guarded";
const gate = {
  name: "go",
  prompt: "?",
  quorum: 1,
  groups: [],
  form: [],
  requester_may_vote: true,
  expires_s: 60,
};

function check(holds: boolean, text: string): void {
  if (!holds) throw new Error(text);
}

async function stored(db: TestD1, gated = false): Promise<void> {
  db.reset();
  seedTables(db);
  const plan = scriptedPlan([
    scriptedStep("a", { checkpoint: gated ? gate : null }),
    scriptedStep("b", { needs: ["a"], checkpoint: gate }),
    scriptedStep("c", { needs: ["a"] }),
  ]);
  const n = {
    id: RUN,
    tenantId: "ten_a",
    plan,
    planDigest: "digest",
    args: {},
    context: {},
    note: null,
    requestedBy: BY,
  };
  await createRun(db, n, NOW);
  await createRun(db, n, NOW);
  await look(db, NOW);
}

async function look(db: TestD1, now: number): Promise<void> {
  await reconcile(db, [RUN], { hint: async () => {}, hub: async () => {} }, () => now, "hint");
}

function lease(
  db: TestD1,
  agentId: string,
  tenantId = "ten_a",
  now = NOW,
  requestId = `ask-${agentId}`,
): Promise<LeasedJob[]> {
  return leaseJobs(
    db,
    { tenantId, kind: "agent", agentId, labels: [], requestId, max: 5, leaseMs: 60_000 },
    now,
  );
}

function report(
  db: TestD1,
  job: LeasedJob,
  of: {
    seq?: number;
    fence?: number;
    tenantId?: string;
    agentId?: string;
    state?: StepReport["state"];
    now?: number;
  },
) {
  const step = job.steps[0]!;
  const steps = [stepReport(step, of.state ?? "succeeded", { exit_code: 0, outputs: {}, duration_ms: 1 })];
  const { seq = 1, fence = job.fence, tenantId = "ten_a", agentId = "agt_a1" } = of;
  return reportJob(
    db,
    { tenantId, agentId, job: job.job, fence, seq, steps, done: (of.state ?? "succeeded") !== "running" },
    of.now ?? NOW + 10,
  );
}

function vote(db: TestD1, of: { tenantId?: string; user?: string; digest?: string; now?: number }) {
  const user = { id: of.user ?? "usr_a1", name: "A", role: "approver" as const, groups: [] };
  const [checkpoint] = db.sqlite.prepare("SELECT id FROM command_checkpoints").all() as { id: string }[];
  return castVote(
    db,
    {
      tenantId: of.tenantId ?? "ten_a",
      checkpointId: checkpoint?.id ?? "none",
      user,
      decision: "approve",
      channel: "console",
      comment: null,
      inputs: null,
      planDigest: of.digest ?? "digest",
    },
    of.now ?? NOW + 20,
  );
}

const count = (db: TestD1, table: string) =>
  (db.sqlite.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
const jobRow = (db: TestD1) =>
  db.sqlite.prepare("SELECT status, report_seq, lease_expires_at FROM jobs").get() as {
    status: string;
    report_seq: number;
    lease_expires_at: number;
  };

export const GUARDS: { [name: string]: (db: TestD1) => Promise<void> } = {
  async "a job is leased once"(db) {
    await stored(db);
    check((await lease(db, "agt_a1")).length === 1, "nothing was leased");
    check((await lease(db, "agt_a2")).length === 0, "the job was leased twice");
    check((await lease(db, "agt_a1")).length === 1, "the repeated ask did not get its lease again");
    check(
      (await lease(db, "agt_a1", "ten_a", NOW, "another")).length === 0,
      "another ask of the same agent got the lease",
    );
  },
  async "an old fence changes nothing"(db) {
    await stored(db);
    const [job] = await lease(db, "agt_a1");
    check(
      (await report(db, job!, { fence: job!.fence - 1 })).outcome === "lost",
      "a report under an old fence was stored",
    );
    check(jobRow(db).report_seq === 0, "a report under an old fence changed the row");
    const [renewed] = await renewJobs(
      db,
      {
        tenantId: "ten_a",
        agentId: "agt_a1",
        jobs: [{ job: job!.job, fence: job!.fence - 1 }],
        leaseMs: 99_000,
      },
      NOW + 5,
    );
    check(
      !renewed?.ok && jobRow(db).lease_expires_at === NOW + 60_000,
      "a lease was renewed under an old fence",
    );
  },
  async "a lease that ran out takes no report and no renewal"(db) {
    await stored(db);
    const [job] = await lease(db, "agt_a1");
    check(
      (await report(db, job!, { now: NOW + 60_000 })).outcome === "lost",
      "a report after the lease was stored",
    );
    const ask = {
      tenantId: "ten_a",
      agentId: "agt_a1",
      jobs: [{ job: job!.job, fence: job!.fence }],
      leaseMs: 60_000,
    };
    check(!(await renewJobs(db, ask, NOW + 60_000))[0]?.ok, "a dead lease was renewed");
  },
  async "somebody else's report is not taken"(db) {
    await stored(db);
    const [job] = await lease(db, "agt_a1");
    check(
      (await report(db, job!, { agentId: "agt_a2" })).outcome === "lost",
      "another agent's report was stored",
    );
  },
  async "a report is stored once, and an older one never"(db) {
    await stored(db);
    const [job] = await lease(db, "agt_a1");
    await report(db, job!, { seq: 3, state: "running" });
    check(
      (await report(db, job!, { seq: 2, state: "running" })).outcome === "already",
      "an older report was stored",
    );
    check(
      (await report(db, job!, { seq: 3, state: "running" })).outcome === "already",
      "the same report was stored twice",
    );
    check(jobRow(db).report_seq === 3, "the newest report is gone");
    await report(db, job!, { seq: 4 });
    check(
      (await report(db, job!, { seq: 5, state: "running" })).outcome !== "stored",
      "a report after the end was stored",
    );
  },
  async "no lease without an attempt left"(db) {
    await stored(db);
    db.sqlite.exec("UPDATE jobs SET headroom = 0");
    check((await lease(db, "agt_a1")).length === 0, "a job without an attempt left was leased");
  },
  async "nothing starts after a cancel"(db) {
    await stored(db);
    await requestCancel(db, { tenantId: "ten_a", runId: RUN, by: BY, reason: null }, NOW + 1);
    check((await lease(db, "agt_a1")).length === 0, "a job of a cancelled run was leased");
  },
  async "no vote wins after a cancel"(db) {
    await stored(db, true);
    await requestCancel(db, { tenantId: "ten_a", runId: RUN, by: BY, reason: null }, NOW + 1);
    check(
      (await vote(db, {})).kind === "withdrawn" && count(db, "checkpoint_votes") === 0,
      "a vote was counted after the cancel",
    );
  },
  async "no vote wins after the expiry"(db) {
    await stored(db, true);
    check(
      (await vote(db, { now: NOW + 60_000 })).kind === "expired" && count(db, "checkpoint_votes") === 0,
      "a vote was counted at the expiry",
    );
    check((await vote(db, { now: NOW + 59_999 })).kind === "decided", "a vote before the expiry was refused");
  },
  async "a vote is for the plan it saw"(db) {
    await stored(db, true);
    check(
      (await vote(db, { digest: "another plan" })).kind === "digest_changed" &&
        count(db, "checkpoint_votes") === 0,
      "a vote for another plan was counted",
    );
  },
  async "a decision is taken once"(db) {
    await stored(db, true);
    const kinds = await Promise.all([vote(db, { user: "usr_a1" }), vote(db, { user: "usr_a2" })]);
    check(
      kinds.filter((one) => one.kind === "decided").length === 1,
      `decided: ${kinds.map((one) => one.kind)}`,
    );
    check(count(db, "checkpoint_votes") === 1, "the late vote was counted");
  },
  async "another tenant reaches nothing"(db) {
    await stored(db, true);
    check(
      (await vote(db, { tenantId: "ten_b", user: "usr_b1" })).kind === "not_found" &&
        count(db, "checkpoint_votes") === 0,
      "a foreign vote was counted",
    );
    check(
      (await requestCancel(db, { tenantId: "ten_b", runId: RUN, by: BY, reason: null }, NOW)) === "not_found",
      "a foreign cancel was answered",
    );
    check(
      db.sqlite.prepare("SELECT cancel_requested_at AS at FROM workflow_executions").get()?.at === null,
      "a foreign cancel was stored",
    );
    await stored(db);
    check((await lease(db, "agt_b1", "ten_b")).length === 0, "a foreign agent got the job");
    const [job] = await lease(db, "agt_a1");
    check(
      (await report(db, job!, { tenantId: "ten_b" })).outcome === "lost" && jobRow(db).report_seq === 0,
      "a foreign report was stored",
    );
    const renewed = await renewJobs(
      db,
      { tenantId: "ten_b", agentId: "agt_a1", jobs: [{ job: job!.job, fence: job!.fence }], leaseMs: 99_000 },
      NOW + 5,
    );
    check(!renewed[0]?.ok, "a foreign renewal was granted");
  },
  async "a group's minimum is met by its members only"(db) {
    await stored(db, true);
    db.sqlite.exec(
      `UPDATE command_checkpoints SET policy_json = json_set(policy_json, '$.minimums', json('[{"group":"security","min":1}]'))`,
    );
    check((await vote(db, { user: "usr_a2" })).kind === "voted", "a member of another group decided");
    check((await vote(db, { user: "usr_a1" })).kind === "decided", "the member did not complete it");
  },
  async "the vote of somebody who was removed does not count"(db) {
    await stored(db, true);
    db.sqlite.exec("UPDATE command_checkpoints SET policy_json = json_set(policy_json, '$.quorum', 2)");
    await vote(db, { user: "usr_a1" });
    db.sqlite.exec("UPDATE users SET status = 'removed' WHERE id = 'usr_a1'");
    check((await vote(db, { user: "usr_a2" })).kind === "voted", "a removed person's vote was counted");
  },
  async "a vote counts for the run's own plan only"(db) {
    await stored(db, true);
    db.sqlite.exec("UPDATE workflow_executions SET plan_digest = 'replaced'");
    check((await vote(db, {})).kind === "digest_changed", "a vote for a plan that was replaced counted");
    check(count(db, "checkpoint_votes") === 0, "a vote for a plan that was replaced was stored");
  },
  async "a lost compare-and-swap writes nothing"(db) {
    await stored(db);
    const [job] = await lease(db, "agt_a1");
    await report(db, job!, {});
    const { snapshots } = await loadRuns(db, [RUN]);
    const decision = decide(snapshots[0]!, NOW + 20);
    db.sqlite.exec("UPDATE workflow_executions SET version = version + 1");
    const before = db.tables();
    const won = await commitRuns(db, [decision], "txn_late", NOW + 20);
    check(won.size === 0, "a decision on old rows won");
    for (const [table, rows] of Object.entries(db.tables()))
      check(JSON.stringify(rows) === JSON.stringify(before[table]), `a lost decision wrote ${table}`);
  },
  async "a decision on a job that changed meanwhile is void"(db) {
    await stored(db);
    const [job] = await lease(db, "agt_a1");
    const { snapshots } = await loadRuns(db, [RUN]);
    const decision = decide(snapshots[0]!, NOW + 60_001);
    await report(db, job!, { seq: 1 });
    check(
      (await commitRuns(db, [decision], "txn_late", NOW + 60_001)).size === 0,
      "a lease was called lost although its report had come",
    );
    check(jobRow(db).status === "done", "the report is gone");
  },
  async "the same run is made once"(db) {
    await stored(db);
    check(count(db, "audit") === 1, "the second creation was audited too");
    const events = db.sqlite
      .prepare("SELECT count(*) AS n FROM run_events WHERE events_json LIKE '%run.created%'")
      .get() as { n: number };
    check(events.n === 1, "the second creation left an event");
  },
};
