/** What pages read, each with one key, so that a page, the palette and the frame share one answer. */
import { infiniteQueryOptions, QueryClient, queryOptions } from "@tanstack/react-query";
import { api, ask, keepCsrf } from "./client.ts";
import { ApiProblem } from "./problem.ts";
import type { Checkpoint, Run, RunStatus } from "./types.ts";

/** Work that moves is asked for this often while its page is looked at. */
export const LIVE_MS = 3_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // What the API refused stays refused; what did not arrive is asked for again, for as long as it takes.
      retry: (_count, error) => !(error instanceof ApiProblem && error.status < 500 && error.status !== 429),
      retryDelay: (count) => Math.min(1_000 * 2 ** count, 10_000),
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

export const meQuery = queryOptions({
  queryKey: ["me"],
  staleTime: 60_000,
  queryFn: async () => {
    const me = await ask(api.GET("/api/me"));
    keepCsrf(me.csrf);
    return me;
  },
});

export interface RunFilters {
  status?: RunStatus | undefined;
  command?: string | undefined;
  requested_by?: string | undefined;
  since?: number | undefined;
  text?: string | undefined;
}

export const runsQuery = (filters: RunFilters = {}, limit = 50) =>
  queryOptions({
    queryKey: ["runs", "list", filters, limit],
    queryFn: () => ask(api.GET("/api/runs", { params: { query: { ...filters, limit } } })),
    refetchInterval: LIVE_MS,
  });

export const runPagesQuery = (filters: RunFilters) =>
  infiniteQueryOptions({
    queryKey: ["runs", "pages", filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      ask(api.GET("/api/runs", { params: { query: { ...filters, limit: 100, cursor: pageParam } } })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["runs", "one", id],
    queryFn: () => ask(api.GET("/api/runs/{id}", { params: { path: { id } } })),
  });

/** Checkpoints that this person may decide. */
export const inboxQuery = queryOptions({
  queryKey: ["checkpoints", "mine"],
  queryFn: async (): Promise<Checkpoint[]> =>
    (
      await ask(
        api.GET("/api/checkpoints", { params: { query: { status: "pending", mine: "true", limit: 100 } } }),
      )
    ).items,
  refetchInterval: LIVE_MS,
});

export const checkpointQuery = (id: string) =>
  queryOptions({
    queryKey: ["checkpoints", "one", id],
    queryFn: () => ask(api.GET("/api/checkpoints/{id}", { params: { path: { id } } })),
  });

/** The whole library: small enough to be kept, and needed by palette, builder and library alike. */
export const commandsQuery = queryOptions({
  queryKey: ["commands"],
  staleTime: 60_000,
  queryFn: async () => (await ask(api.GET("/api/commands"))).items,
});

export const commandQuery = (slug: string) =>
  queryOptions({
    queryKey: ["commands", slug],
    staleTime: 60_000,
    queryFn: () => ask(api.GET("/api/commands/{slug}", { params: { path: { slug } } })),
  });

export const agentsQuery = queryOptions({
  queryKey: ["agents"],
  queryFn: async () => (await ask(api.GET("/api/agents"))).items,
  refetchInterval: 10_000,
});

/** After something was started or decided: whatever shows runs or checkpoints looks again. */
export function runsMoved(run?: Run): void {
  if (run) queryClient.setQueryData(runQuery(run.id).queryKey, run);
  void queryClient.invalidateQueries({ queryKey: ["runs"] });
  void queryClient.invalidateQueries({ queryKey: ["checkpoints"] });
}

/** Runs of the last 30 days, counted by the reader's own days. */
export const runStatsQuery = queryOptions({
  queryKey: ["runs", "stats"],
  staleTime: 15_000,
  refetchInterval: 30_000,
  queryFn: () =>
    ask(
      api.GET("/api/run-stats", {
        params: { query: { days: 30, offset_min: -new Date().getTimezoneOffset() } },
      }),
    ),
});
