/** What the pages beside runs and commands read, each with one key. */
import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "./client.ts";
import { queryClient } from "./queries.ts";
import type { Run } from "./types.ts";

/** After something was changed: whatever shows this kind of thing looks again. */
export function changed(...keys: string[]): void {
  for (const key of keys) void queryClient.invalidateQueries({ queryKey: [key] });
}

/** At most 100, which is as many as a choice can offer. */
export const peopleQuery = queryOptions({
  queryKey: ["people", "choice"],
  staleTime: 30_000,
  queryFn: async () => (await ask(api.GET("/api/iam/users", { params: { query: { limit: 100 } } }))).items,
});
export const groupsQuery = queryOptions({
  queryKey: ["groups"],
  staleTime: 30_000,
  queryFn: async () => (await ask(api.GET("/api/iam/groups"))).items,
});
export const permissionsQuery = queryOptions({
  queryKey: ["permissions"],
  queryFn: () => ask(api.GET("/api/iam/permissions")),
});
export const policiesQuery = queryOptions({
  queryKey: ["policies"],
  queryFn: async () => (await ask(api.GET("/api/policies"))).items,
});
export const agentQuery = (id: string) =>
  queryOptions({
    queryKey: ["agents", id],
    refetchInterval: 5_000,
    queryFn: async () => (await ask(api.GET("/api/agents/{id}", { params: { path: { id } } }))).agent,
  });
export const servicesQuery = queryOptions({
  queryKey: ["services"],
  refetchInterval: 10_000,
  queryFn: async () => (await ask(api.GET("/api/services", { params: { query: { limit: 100 } } }))).items,
});
export const infrastructureQuery = queryOptions({
  queryKey: ["infrastructure"],
  refetchInterval: 10_000,
  queryFn: () => ask(api.GET("/api/infrastructure/status")),
});
export const runPlanQuery = (id: string) =>
  queryOptions({
    queryKey: ["runs", "plan", id],
    staleTime: 60_000,
    queryFn: () => ask(api.GET("/api/runs/{id}/plan", { params: { path: { id } } })),
  });

/** The newest run of the same command that succeeded before this one; null when there is none. */
export const lastGoodRunQuery = (run: Pick<Run, "id" | "command">) =>
  queryOptions({
    queryKey: ["runs", "before", run.id],
    staleTime: 60_000,
    queryFn: async () => {
      const query = { command: run.command, status: "succeeded" as const, limit: 20 };
      const { items } = await ask(api.GET("/api/runs", { params: { query } }));
      return items.find(({ id }) => id < run.id) ?? null;
    },
  });
