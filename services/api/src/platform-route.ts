/** The route of an action: the caller's tenant, scopes and name become its context; the same action is a command's handler. */
import type { PlatformContext } from "@tw/shared/platform/action";
import * as z from "zod";
import type { Call } from "./route.ts";

export function contextOf(call: Call<unknown, unknown>): PlatformContext {
  const { env, caller, now, newId } = call as Call;
  return {
    db: env.DB,
    files: env.FILES,
    tenantId: caller.tenantId,
    actor: caller.actor,
    scopes: caller.scopes,
    now,
    runId: null,
    newId,
  };
}

const time = z.int().describe("milliseconds since the epoch");
const text = z.string().nullable();
const actor = z.strictObject({
  id: z.string(),
  name: z.string(),
  type: z.enum(["person", "service", "agent", "system"]),
});

/** Shapes of the platform's records. */
export const clientShape = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    email: text,
    company: text,
    phone: text,
    notes: z.string(),
    status: z.enum(["active", "archived"]),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: "Client" });
export const deploymentShape = z
  .strictObject({
    id: z.string(),
    worker: z.string(),
    environment: z.string(),
    version_id: text,
    url: text,
    commit: text,
    branch: text,
    run_id: text,
    note: text,
    deployed_by: actor,
    created_at: time,
  })
  .meta({ id: "Deployment" });
export const employeeShape = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    email: text,
    title: text,
    department: text,
    started_on: text,
    ended_on: text,
    monthly_cost_minor: z.int().nullable().describe("in the currency's smallest unit"),
    currency: text,
    status: z.enum(["active", "left"]),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: "Employee" });
export const costShape = z
  .strictObject({
    id: z.string(),
    spent_on: z.string(),
    category: z.string(),
    vendor: text,
    description: text,
    amount_minor: z.int().describe("in the currency's smallest unit"),
    currency: z.string(),
    source: z.enum(["manual", "csv"]),
    created_at: time,
  })
  .meta({ id: "Cost" });
const articleHead = {
  id: z.string(),
  title: z.string(),
  tags: z.array(z.string()),
  url: text,
  created_by: actor,
  created_at: time,
  updated_at: time,
};
export const articleShape = z.strictObject({ ...articleHead, body: z.string() }).meta({ id: "Article" });
export const hitShape = z
  .strictObject({ ...articleHead, snippet: z.string().optional(), score: z.number().optional() })
  .meta({ id: "ArticleFound" });
export const groupShape = z
  .strictObject({
    name: z.string(),
    description: z.string(),
    members: z.array(z.strictObject({ id: z.string(), name: z.string(), email: z.string() })),
  })
  .meta({ id: "Group" });
export const grantShape = z
  .strictObject({
    subject_type: z.enum(["user", "group"]),
    subject: z.string(),
    scope: z.string(),
    granted_by: actor,
    created_at: time,
    expires_at: time.nullable(),
  })
  .meta({ id: "Grant" });
export const serviceShape = z
  .strictObject({
    name: z.string(),
    driver: z.enum(["process", "systemd", "compose"]),
    description: z.string(),
    command: z.array(z.string()),
    unit: text,
    file: text,
    cwd: text,
    env: z.record(z.string(), z.string()),
    restart: z.enum(["no", "on-failure", "always"]),
    health: z.looseObject({}).nullable(),
    labels: z.array(z.string()),
    status: z.enum(["unknown", "stopped", "starting", "running", "failed"]),
    status_detail: z.looseObject({}).nullable(),
    status_at: time.nullable(),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: "Service" });
export const fileShape = z
  .strictObject({
    key: z.string(),
    bytes: z.int(),
    etag: z.string(),
    content_type: text,
    uploaded_at: time,
  })
  .meta({ id: "File" });
