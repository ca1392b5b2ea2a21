/** Deployments: list, look up, record. */
import * as z from "zod";
import { isNew } from "../db/audit.ts";
import { type Deployment, deploymentStatement, listDeployments, readDeployment } from "../db/deployments.ts";
import { action, json, missing, noted, page } from "./action.ts";
import { id, line, name, paging, webAddress } from "./fields.ts";

export const newDeploymentSchema = z.strictObject({
  worker: name,
  environment: z.string().trim().min(1).max(100).default("production"),
  version_id: line,
  url: webAddress,
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/i, "a commit's hash")
    .nullable()
    .optional(),
  branch: line,
  note: z.string().max(1_000).nullable().optional(),
});
export const deploymentListSchema = z.strictObject({
  ...paging,
  worker: z.string().max(200).optional(),
  environment: z.string().max(100).optional(),
});

export const deploymentsList = action({
  scope: "runs:read",
  input: deploymentListSchema,
  async run({ db, tenantId }, { limit, cursor, worker, environment }) {
    const found = await listDeployments(db, {
      tenantId,
      worker: worker ?? null,
      environment: environment ?? null,
      before: cursor ?? null,
      limit: limit + 1,
    });
    const { items, next_cursor } = page(found, limit, (deployment) => deployment.id);
    return { items: json(items), next_cursor };
  },
});

export const deploymentsGet = action({
  scope: "runs:read",
  input: z.strictObject({ id }),
  async run({ db, tenantId }, input) {
    const deployment = await readDeployment(db, tenantId, input.id);
    if (!deployment) throw missing("deployment");
    return { deployment: json(deployment) };
  },
});

export const deploymentsRecord = action({
  scope: "runs:execute",
  input: newDeploymentSchema,
  async run(context, input) {
    const { db, tenantId, now, actor, runId } = context;
    const deployment: Deployment = {
      id: await context.newId("deployment"),
      worker: input.worker,
      environment: input.environment,
      version_id: input.version_id ?? null,
      url: input.url ?? null,
      commit: input.commit?.toLowerCase() ?? null,
      branch: input.branch ?? null,
      run_id: runId,
      note: input.note ?? null,
      deployed_by: actor,
      created_at: now,
    };
    const { worker, environment } = deployment;
    await db.batch([
      noted(
        context,
        { action: "deployment.recorded", target: deployment.id, detail: { worker, environment } },
        isNew("deployments", tenantId, deployment.id),
      ),
      deploymentStatement(db, tenantId, deployment),
    ]);
    return { deployment: json(deployment) };
  },
});
