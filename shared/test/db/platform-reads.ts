/** The platform's verbs that read, called once with each kind of filter. */
import { listClients, readClient } from "../../src/db/clients.ts";
import { knownCosts, listCosts, readCost, sumCosts } from "../../src/db/costs.ts";
import { listDeployments, readDeployment } from "../../src/db/deployments.ts";
import { employeeByEmail, listEmployees, readEmployee } from "../../src/db/employees.ts";
import { listGrants, readRequester } from "../../src/db/grants.ts";
import { findPeople, listGroups } from "../../src/db/groups.ts";
import { countResources, readInfrastructure } from "../../src/db/infrastructure.ts";
import { readJobHolder, readJobRun, readLeasedSteps } from "../../src/db/job-holders.ts";
import { listArticles, readArticle, searchKnowledge } from "../../src/db/knowledge.ts";
import { readReceipts } from "../../src/db/receipts.ts";
import { leaseSecrets, listSecrets } from "../../src/db/secrets.ts";
import { listServices, readService } from "../../src/db/services.ts";

const T = "ten_a";

export async function callPlatformReads(db: D1Database): Promise<void> {
  const none = { tenantId: T, q: null, status: null, before: null, after: null, limit: 50 };
  await listClients(db, none);
  await listClients(db, { ...none, q: "a", status: "active", before: "cli_1" });
  await readClient(db, T, "cli_1");
  await listDeployments(db, { ...none, worker: null, environment: null });
  await listDeployments(db, { ...none, worker: "shop", environment: "staging" });
  await readDeployment(db, T, "dep_1");
  await listEmployees(db, { ...none, department: "x" });
  await readEmployee(db, T, "emp_1");
  await employeeByEmail(db, T, "a@example.com");
  const span = { tenantId: T, from: "2026-01", to: "2026-02", category: null, limit: 50 };
  await sumCosts(db, span);
  await listCosts(db, { ...span, before: { day: "2026-01-05", id: "cost_1" } });
  await readCost(db, T, "cost_1");
  await knownCosts(db, T, ["cost_1"]);
  await searchKnowledge(db, { tenantId: T, words: ["a"], all: true, limit: 5 });
  await listArticles(db, { tenantId: T, before: null, limit: 50 });
  await readArticle(db, T, "know_1");
  await listServices(db, { tenantId: T, after: null, limit: 50 });
  await readService(db, T, "web");
  await listGrants(db, T, 1);
  await readRequester(db, T, "run_1", 1);
  await listGroups(db, T);
  await findPeople(db, T, ["usr_a0"]);
  await readInfrastructure(db, {
    tenantId: T,
    overdueBefore: 1,
    failedSince: "run_0",
    lettersSince: 0,
    limit: 5,
  });
  await countResources(db, T, 10);
  await readJobHolder(db, "job_1");
  await readLeasedSteps(db, { tenantId: T, agentId: "agt_a", job: "job_1", fence: 1 }, 1);
  await readJobRun(db, T, "job_1");
  await readReceipts(db, T, "job_1");
  await listSecrets(db, { tenantId: T, after: null, limit: 50 });
  const of = { tenantId: T, agentId: "agt_a", runId: "run_1", job: "job_1", step: "a", attempt: 1 };
  await leaseSecrets(db, { ...of, names: ["A", "B"] }, 1);
}
