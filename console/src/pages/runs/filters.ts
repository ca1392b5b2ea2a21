/** What the list of runs is narrowed to; it stands in the address. */
import { RUN_STATUSES } from "@tw/shared/engine/statuses";
import type { RunStatus } from "../../api/types.ts";

export interface RunSearch {
  status?: RunStatus;
  command?: string;
  by?: string;
  /** "1h", "24h", "7d", "30d". */
  since?: string;
  text?: string;
  /** Two runs beside each other: their ids. */
  compare?: string;
}

export const SINCE: { [name: string]: { words: string; ms: number } } = {
  "1h": { words: "last hour", ms: 3_600_000 },
  "24h": { words: "last 24 hours", ms: 86_400_000 },
  "7d": { words: "last 7 days", ms: 7 * 86_400_000 },
  "30d": { words: "last 30 days", ms: 30 * 86_400_000 },
};

/** Reads the address; what it does not know is left out, so that an old or mistyped link still shows runs. */
export function readRunSearch(search: { [name: string]: unknown }): RunSearch {
  const text = (name: string) =>
    typeof search[name] === "string" && search[name] !== "" ? { [name]: search[name].slice(0, 200) } : {};
  const status = (RUN_STATUSES as readonly unknown[]).includes(search.status)
    ? { status: search.status as RunStatus }
    : {};
  const since = typeof search.since === "string" && search.since in SINCE ? { since: search.since } : {};
  return { ...status, ...since, ...text("command"), ...text("by"), ...text("text"), ...text("compare") };
}
