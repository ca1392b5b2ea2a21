/** The plan of a run, as far as the head of its page needs it. */
import { useQuery } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";
import type { Run } from "../../api/types.ts";

export function useRunPlan(run: Run): { cwd?: unknown; rollback_on_error?: unknown } | undefined {
  const { data } = useQuery({
    queryKey: ["runs", "plan", run.id, "head"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => ask(api.GET("/api/runs/{id}/plan", { params: { path: { id: run.id } } })),
  });
  return data?.plan as { cwd?: unknown; rollback_on_error?: unknown } | undefined;
}

/** Where it ran: that stands in its plan. */
export function useCwd(run: Run): string | null {
  const cwd = useRunPlan(run)?.cwd;
  return typeof cwd === "string" ? cwd : null;
}
