/** Agents by the names people gave them, and the projects they have seen. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { agentQuery } from "../api/place-queries.ts";
import { agentsQuery } from "../api/queries.ts";

/** The agent's name; undefined while nothing is known of it. */
export function useAgentName(): (id: string) => string | undefined {
  const agents = useQuery(agentsQuery);
  return (id) => agents.data?.find((agent) => agent.id === id)?.name;
}

/** So the API names who makes the calls of the workspace; it is no agent. */
const CALLER = "dispatcher";

/** Agents that ran these steps, each once. */
export function agentsOf(steps: readonly { agent_id: string | null }[]): string[] {
  const ids = steps.flatMap(({ agent_id }) => (agent_id && agent_id !== CALLER ? [agent_id] : []));
  return [...new Set(ids)];
}

/** So many agents are asked for what they know of. */
const ASKED = 5;

/** Folders below the agents' roots that hold a project, as those that are online told them. */
export function useProjects(): string[] {
  const agents = useQuery({ ...agentsQuery, refetchInterval: false });
  const online = agents.data?.filter(({ status }) => status === "online").slice(0, ASKED) ?? [];
  const known = useQueries({
    queries: online.map(({ id }) => ({
      ...agentQuery(id),
      refetchInterval: false as const,
      staleTime: 60_000,
    })),
  });
  const names = known.flatMap(({ data }) =>
    Object.keys((data?.facts as { projects?: object } | undefined)?.projects ?? {}),
  );
  return [...new Set(names)];
}
