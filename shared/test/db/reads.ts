/** Every verb that reads for people or for a tick, called once with each kind of filter, so that its SQL can be looked at. */
import { heldInVain, jobHolders, listAgents, readAgent } from "../../src/db/agents.ts";
import { policiesStatement, readPolicies } from "../../src/db/approval-policies.ts";
import { listAudit } from "../../src/db/audit.ts";
import { nextSlice, tenantsToSeal, verifyAudit } from "../../src/db/audit-seals.ts";
import { openCalls } from "../../src/db/calls.ts";
import { checkpointsOfRuns, getCheckpoint, listCheckpoints } from "../../src/db/checkpoints.ts";
import { claimDue } from "../../src/db/claim-notifications.ts";
import { changedCommands, listVersions } from "../../src/db/commands.ts";
import { deliveriesOf, listDeliveries, readAsked } from "../../src/db/delivery-log.ts";
import { noteEnds, noteSettled, rearmProgress } from "../../src/db/derive-notifications.ts";
import { dueRuns, nextInGroups } from "../../src/db/due-runs.ts";
import { forgetKeys } from "../../src/db/idempotency.ts";
import { readImported } from "../../src/db/imports.ts";
import { readLink } from "../../src/db/links.ts";
import { logSources, readLog } from "../../src/db/logs.ts";
import { readUnannounced } from "../../src/db/notifications.ts";
import { readProbes, writeProbes } from "../../src/db/probes.ts";
import { readQueue } from "../../src/db/queued-jobs.ts";
import { readEvents, readRunHead } from "../../src/db/read-events.ts";
import { findUndo, listRuns, readRun } from "../../src/db/read-runs.ts";
import { readNamedAgent, readResolving, resolvingStatements } from "../../src/db/resolving.ts";
import { readRunStats } from "../../src/db/run-stats.ts";
import { peopleByAddress, takeSlackRequest } from "../../src/db/slack-people.ts";
import { listStandIns } from "../../src/db/stand-ins.ts";
import { dueTells, readDueTells } from "../../src/db/tells.ts";
import { bearerStatement, listTokens, readToken } from "../../src/db/tokens.ts";
import { countUsage } from "../../src/db/usage.ts";
import { listUsers, readUser } from "../../src/db/users.ts";
import { CHECKPOINT_STATUSES, RUN_STATUSES } from "../../src/engine/statuses.ts";
import { callPlatformReads } from "./platform-reads.ts";
import { callSignInReads } from "./sign-in-reads.ts";

const T = "ten_a";
const RUN = "run_000";

export async function callReads(db: D1Database): Promise<void> {
  await callPlatformReads(db);
  await readResolving(db, { tenantId: T, personId: "usr_a0", agentId: null });
  await readNamedAgent(db, T, "agt_a");
  await db.batch(resolvingStatements(db, "hash"));
  await changedCommands(db, T, 1);
  await countUsage(db, 1_800_000_000_000);
  await readQueue(db, T);
  await readRun(db, T, RUN);
  await readRunHead(db, T, RUN);
  await readEvents(db, { tenantId: T, runId: RUN, after: 0 });
  await findUndo(db, { tenantId: T, runId: RUN });
  await readProbes(db, { tenantId: T, wants: [{ cwd: "", requirement: "{}" }] });
  await writeProbes(
    db,
    {
      tenantId: T,
      agentId: "agt_a",
      looks: [{ cwd: "", requirement: "{}", state: "met", found: null, message: null }],
    },
    1,
  );
  await readImported(db, T, { slugs: ["a"], files: [{ kind: "makefile", path: "Makefile" }] });
  const all = {
    tenantId: T,
    status: null,
    command: null,
    requestedBy: null,
    since: null,
    before: null,
    limit: 50,
  };
  for (const status of [null, ...RUN_STATUSES]) await listRuns(db, { ...all, status });
  await listRuns(db, { ...all, command: "deploy" });
  await listRuns(db, { ...all, requestedBy: "usr_a0" });
  await listRuns(db, { ...all, since: 1, before: "run_9" });
  await listRuns(db, { ...all, text: "main" });
  await readRunStats(db, { tenantId: T, since: 1, offsetMs: 0 });
  await getCheckpoint(db, T, "chk_1", 1);
  await checkpointsOfRuns(db, T, [RUN]);
  for (const status of [undefined, ...CHECKPOINT_STATUSES])
    await listCheckpoints(db, { tenantId: T, status, limit: 50, now: 1 });
  await listCheckpoints(db, { tenantId: T, mineUserId: "usr_a0", limit: 50, now: 1 });
  await listCheckpoints(db, { tenantId: T, brokenGlass: "unreviewed", limit: 50, now: 1 });
  await readUnannounced(db, [RUN]);
  await dueTells(db, 1, 10);
  await readDueTells(db, [RUN], 1);
  await readPolicies(db, T);
  await policiesStatement(db, "hash").all();
  await listStandIns(db, { tenantId: T, after: null, limit: 50, endedToo: false }, 1);
  await noteEnds(db, [RUN], { email: true, slackDirect: true, webhook: true }, 1);
  for (const runs of [[RUN], null]) {
    await noteSettled(db, runs, 1);
    await rearmProgress(db, runs, 1, 1);
  }
  await claimDue(db, { runIds: [RUN], limit: 10, claimMs: 1 }, 1);
  await claimDue(db, { runIds: null, limit: 10, claimMs: 1 }, 1);
  await deliveriesOf(db, T, ["chk_1"]);
  for (const runId of [RUN, null])
    for (const status of [null, "failed"] as const)
      await listDeliveries(db, { tenantId: T, runId, status, before: null, limit: 50 });
  await readLink(db, "hash", 1);
  for (const checkpointId of ["chk_1", null])
    await takeSlackRequest(db, { signature: "s", slackUserId: "U1", checkpointId }, 1);
  for (const tenantId of [T, null]) await peopleByAddress(db, "a@example.com", tenantId);
  await readAsked(db, ["chk_1"]);
  await logSources(db, { tenantId: T, runId: RUN, step: null, attempt: null });
  await logSources(db, { tenantId: T, runId: RUN, step: "a", attempt: 1 });
  await readLog(db, { tenantId: T, runId: RUN, step: "a", attempt: 1, after: 0 });
  await bearerStatement(db, "hash").all();
  await listTokens(db, { tenantId: T, userId: "usr_a0", tokenId: null, before: null, limit: 50 });
  await readToken(db, T, "tok_1");
  await listUsers(db, { tenantId: T, after: null, limit: 50 });
  await readUser(db, T, "usr_a0");
  await callSignInReads(db);
  await listVersions(db, { tenantId: T, commandId: "cmd_1", before: null, limit: 50 });
  await listAgents(db, { tenantId: T, after: null, limit: 50 });
  await readAgent(db, T, "agt_a1");
  await jobHolders(db, T, ["job_1"]);
  await heldInVain(db, { tenantId: T, agentId: "agt_a1", jobs: [{ job: "job_1", fence: 1 }] }, 1);
  await listAudit(db, { tenantId: T, since: null, actor: null, action: null, before: null, limit: 50 });
  await tenantsToSeal(db, 10);
  await nextSlice(db, T, 10);
  await verifyAudit(db, T);
  await forgetKeys(db, 1, 10);
  await openCalls(db, [RUN]);
  await dueRuns(db, 1, 10);
  await nextInGroups(db, [{ tenantId: T, group: "deploy" }]);
}
