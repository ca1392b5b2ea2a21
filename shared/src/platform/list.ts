/** What there is here: a list by context, or every kind of thing with how many there are. */
import * as z from "zod";
import { listAgents } from "../db/agents.ts";
import { countResources } from "../db/infrastructure.ts";
import { listRuns } from "../db/read-runs.ts";
import { type Action, action, demand, json, type PlatformContext, perform } from "./action.ts";
import { clientsList } from "./clients.ts";
import { costsSum } from "./costs.ts";
import { deploymentsList } from "./deployments.ts";
import { employeesList } from "./employees.ts";
import { filesList } from "./files.ts";
import { groupsList, iamUsers } from "./iam.ts";
import { knowledgeSearch } from "./knowledge.ts";
import { dbTables } from "./query.ts";
import { servicesList } from "./services.ts";

const COUNT_MOST = 10_000;

/** What each place of the API lists. */
const PLACES: { [place: string]: (context: PlatformContext, limit: number) => Promise<unknown> } = {
  agents: async ({ db, tenantId }, limit) => {
    const found = await listAgents(db, { tenantId, after: null, limit });
    return found.map(({ id, name, status }) => ({ id, name, status }));
  },
  clients: items(clientsList),
  costs: items(costsSum),
  deployments: items(deploymentsList),
  employees: items(employeesList),
  groups: items(groupsList),
  knowledge: items(knowledgeSearch),
  r2: items(filesList),
  runs: async ({ db, tenantId }, limit) => {
    const none = { status: null, command: null, requestedBy: null, since: null, before: null };
    const found = await listRuns(db, { tenantId, ...none, limit });
    return found.items.map(({ id, command, status, created_at }) => ({ id, command, status, created_at }));
  },
  services: items(servicesList),
  tables: items(dbTables),
  users: items(iamUsers),
};

export const LISTABLE = Object.keys(PLACES);

/** `path` is where the person is, such as `/api/clients`; `of` says it outright. */
export const listHere = action({
  scope: "runs:read",
  input: z.strictObject({
    of: z.enum(LISTABLE).optional(),
    path: z.string().max(1_000).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  async run(context, { of, path, limit }) {
    demand(context, "runs:read");
    const place = of ?? placeOf(path ?? "");
    const listed = place === null ? undefined : PLACES[place];
    if (place === null || !listed) {
      const counts = await countResources(context.db, context.tenantId, COUNT_MOST);
      return { of: "resources", items: Object.entries(counts).map(([name, count]) => ({ name, count })) };
    }
    return { of: place, items: json(await listed(context, limit)) };
  },
});

/** The place that a path of the API or the console names: the last of its words that is one. */
function placeOf(path: string): string | null {
  const words = path.split(/[?#]/, 1)[0]?.split("/").filter(Boolean) ?? [];
  return words.findLast((word) => Object.hasOwn(PLACES, word)) ?? null;
}

function items(spec: Action): (context: PlatformContext, limit: number) => Promise<unknown> {
  return async (context, limit) => {
    const paged = spec.input.safeParse({ limit }).success;
    return (await perform(spec, context, paged ? { limit } : {})).items;
  };
}
