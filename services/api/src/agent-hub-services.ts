/** Services between the workspace and the agents that keep them. */
import type { HubMessage, ServiceState } from "@tw/shared/contracts/agent-protocol";
import { listServices, namedServices, reportStatement, type Service } from "@tw/shared/db/services";
import { LIMITS } from "@tw/shared/limits";

interface Asker {
  tenantId: string;
  agentId: string;
  labels: string[];
}
type Told = Extract<HubMessage, { type: "services" }>["services"];

/** The services named, or with null all that this agent keeps. What others keep is told by name and labels alone. */
export async function toldServices(
  db: D1Database,
  { tenantId, labels }: Asker,
  names: string[] | null,
): Promise<Told> {
  const found = names
    ? await namedServices(db, tenantId, names)
    : await listServices(db, { tenantId, after: null, limit: LIMITS.servicesTold });
  return found
    .filter((service) => names !== null || isFor(service, labels))
    .map((service) => ({
      name: service.name,
      labels: service.labels,
      definition: isFor(service, labels) ? definitionOf(service) : null,
    }));
}

/** Writes down what an agent found of the services it keeps. */
export async function noteServiceStates(
  db: D1Database,
  { tenantId, agentId, labels }: Asker,
  states: ServiceState[],
  now: number,
): Promise<void> {
  const names = states.map((state) => state.name);
  const mine = new Set(
    (await namedServices(db, tenantId, names))
      .filter((service) => isFor(service, labels))
      .map((service) => service.name),
  );
  const writes = states
    .filter((state) => mine.has(state.name))
    .map(({ name, status, pid, restarts, message }) => {
      const detail = {
        agent_id: agentId,
        restarts,
        ...(pid === null ? {} : { pid }),
        ...(message === null ? {} : { message }),
      };
      return reportStatement(db, { tenantId, name, report: { status, detail } }, now);
    });
  if (writes.length > 0) await db.batch(writes);
}

function isFor(service: Service, labels: string[]): boolean {
  return service.labels.every((label) => labels.includes(label));
}

function definitionOf(service: Service) {
  const { driver, description, command, unit, file, cwd, env, restart, health, labels } = service;
  return { driver, description, command, unit, file, cwd, env, restart, health, labels };
}
