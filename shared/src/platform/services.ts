/** Definitions of long-running programs: list, look up, put, remove. Agents act on them and report their state. */
import * as z from "zod";
import { serviceDefinitionSchema } from "../contracts/service.ts";
import { isNew } from "../db/audit.ts";
import {
  listServices,
  readService,
  removeServiceStatement,
  type Service,
  serviceStatement,
} from "../db/services.ts";
import { Refusal } from "../errors.ts";
import { action, json, missing, noted, type PlatformContext, page } from "./action.ts";
import { paging } from "./fields.ts";

const slug = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "small letters, digits, - and _");
export const serviceSchema = serviceDefinitionSchema;
export const serviceListSchema = z.strictObject(paging);

export const servicesList = action({
  scope: "runs:read",
  input: serviceListSchema,
  async run({ db, tenantId }, { limit, cursor }) {
    const found = await listServices(db, { tenantId, after: cursor ?? null, limit: limit + 1 });
    const { items, next_cursor } = page(found, limit, (service) => service.name);
    return { items: json(items), next_cursor };
  },
});

export const servicesGet = action({
  scope: "runs:read",
  input: z.strictObject({ name: slug }),
  run: async (context, { name }) => ({ service: json(await need(context, name)) }),
});

/** Whoever says what a service runs says what a machine runs: that is as much as writing a command. */
export const servicesPut = action({
  scope: "commands:write",
  input: z.strictObject({ name: slug, ...serviceSchema.shape }),
  async run(context, input) {
    const lacking =
      input.driver === "process" ? input.command.length === 0 && "command" : input.unit === null && "unit";
    if (lacking)
      throw new Refusal("invalid_args", `A service of the driver ${input.driver} needs ${lacking}.`, {
        issues: [{ path: lacking, message: `is needed by the driver ${input.driver}` }],
      });
    const { db, tenantId, now } = context;
    const { driver, command, unit } = input;
    const detail = { driver, command, unit };
    const existed = await readService(db, tenantId, input.name);
    await db.batch([
      existed
        ? noted(context, { action: "service.changed", target: input.name, detail })
        : noted(
            context,
            { action: "service.created", target: input.name, detail },
            isNew("services", tenantId, input.name),
          ),
      serviceStatement(db, tenantId, input, now),
    ]);
    return { service: json(await need(context, input.name)), created: existed === null };
  },
});

export const servicesRemove = action({
  scope: "commands:write",
  input: z.strictObject({ name: slug }),
  async run(context, { name }) {
    const service = await need(context, name);
    if (service.status === "running" || service.status === "starting")
      throw new Refusal("conflict", `The service ${name} is ${service.status}. Stop it first: service-stop.`);
    await context.db.batch([
      noted(context, { action: "service.removed", target: name }),
      removeServiceStatement(context.db, context.tenantId, name),
    ]);
    return { removed: name };
  },
});

async function need({ db, tenantId }: PlatformContext, name: string): Promise<Service> {
  const service = await readService(db, tenantId, name);
  if (!service) throw missing("service");
  return service;
}
