/** What became of something that starts runs by itself: how its run stands, and why it failed. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { oneLine } from "../../components/visible.ts";
import { plainReason } from "./plain-reason.ts";

interface Started {
  status: string;
  run_id: string | null;
  run_status?: string | null | undefined;
  run_error?: { code: string; message: string } | null | undefined;
}

/** How its run stands where it started one, else why there is none. */
export function outcomeOf({ status, run_status }: Pick<Started, "status" | "run_status">): string {
  return status === "started" ? (run_status ?? "started") : status;
}

/** Leads on to the run. */
export function RunLink({ id }: { id: string | null }) {
  return id === null ? (
    "–"
  ) : (
    <Link to="/runs/$id" params={{ id }} className="whitespace-nowrap text-accent hover:underline">
      {`run_…${id.slice(-6)}`}
    </Link>
  );
}

/** The error of the run that failed, which leads on to it; then what else there is to say. Null where that is nothing. */
export function whyOf({ run_id, run_error }: Started, more: string): ReactNode {
  const also = oneLine(plainReason(more), 300);
  if (!run_id || !run_error) return also && <span className="text-muted">{also}</span>;
  return (
    <>
      <Link
        to="/runs/$id"
        params={{ id: run_id }}
        className="foreign text-bad hover:underline"
        title="Open the run"
      >
        {oneLine(run_error.message, 300)}
      </Link>{" "}
      <code className="foreign text-faint text-xs">{oneLine(run_error.code, 60)}</code>
      {also && <span className="block text-muted text-sm">{also}</span>}
    </>
  );
}
