/** Every route of the API, in one list: what is not here is not reachable. */
import type { Route } from "./route.ts";
import { agentRoutes } from "./routes/agents.ts";
import { auditRoutes } from "./routes/audit.ts";
import { breakGlassRoutes } from "./routes/break-glass.ts";
import { checkpointRoutes } from "./routes/checkpoints.ts";
import { clientRoutes } from "./routes/clients.ts";
import { commandRoutes } from "./routes/commands.ts";
import { databaseRoutes } from "./routes/database.ts";
import { eventRoutes } from "./routes/events.ts";
import { executeRoutes } from "./routes/execute.ts";
import { fileRoutes } from "./routes/files.ts";
import { hookRoutes } from "./routes/hooks.ts";
import { iamRoutes } from "./routes/iam.ts";
import { importRoutes } from "./routes/import.ts";
import { knowledgeRoutes } from "./routes/knowledge.ts";
import { logRoutes } from "./routes/logs.ts";
import { meauxosRoutes } from "./routes/meauxos.ts";
import { notificationRoutes } from "./routes/notifications.ts";
import { peopleRoutes } from "./routes/people.ts";
import { platformRoutes } from "./routes/platform.ts";
import { policyRoutes } from "./routes/policies.ts";
import { replanRoutes } from "./routes/replan.ts";
import { resolveRoutes } from "./routes/resolve.ts";
import { runPlanRoutes } from "./routes/run-plan.ts";
import { runStatsRoutes } from "./routes/run-stats.ts";
import { runRoutes } from "./routes/runs.ts";
import { scheduleRoutes } from "./routes/schedules.ts";
import { secretRoutes } from "./routes/secrets.ts";
import { serviceRoutes } from "./routes/services.ts";
import { signInRoutes } from "./routes/sign-in.ts";
import { tokenRoutes } from "./routes/tokens.ts";

export const routes: readonly Route[] = [
  ...commandRoutes,
  ...executeRoutes,
  ...resolveRoutes,
  ...importRoutes,
  ...runRoutes,
  ...runPlanRoutes,
  ...runStatsRoutes,
  ...eventRoutes,
  ...logRoutes,
  ...checkpointRoutes,
  ...breakGlassRoutes,
  ...policyRoutes,
  ...replanRoutes,
  ...notificationRoutes,
  ...agentRoutes,
  ...tokenRoutes,
  ...peopleRoutes,
  ...signInRoutes,
  ...scheduleRoutes,
  ...hookRoutes,
  ...secretRoutes,
  ...auditRoutes,
  ...clientRoutes,
  ...databaseRoutes,
  ...fileRoutes,
  ...iamRoutes,
  ...knowledgeRoutes,
  ...meauxosRoutes,
  ...serviceRoutes,
  ...platformRoutes(() => routes),
];
