/** Moments and durations, as people say them; the exact one on hover. */
import { useEffect, useState } from "react";
import { relative } from "./relative.ts";

const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "medium",
  hourCycle: "h23",
});

/** Renders again every `ms` while `on`. The time it gives is for showing only; nothing is decided by it. */
export function useNow(ms = 1_000, on = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!on) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), ms);
    return () => clearInterval(timer);
  }, [ms, on]);
  return now;
}

export function exactTime(at: number): string {
  return exact.format(at);
}

export function Time({ at, className = "" }: { at: number | null | undefined; className?: string }) {
  const fresh = at !== null && at !== undefined && Math.abs(Date.now() - at) < 120_000;
  const now = useNow(fresh ? 1_000 : 30_000, at !== null && at !== undefined);
  if (at === null || at === undefined) return <span className={`text-faint ${className}`}>–</span>;
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={exact.format(at)}
      className={`whitespace-nowrap tabular-nums ${className}`}
    >
      {relative(at, now)}
    </time>
  );
}

/** "840 ms", "4.2 s", "3 min 12 s", "1 h 4 min", "2 d 3 h". */
export function durationText(ms: number): string {
  if (ms < 0) return "0 ms";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 60_000) return `${Math.floor(ms / 1_000)} s`;
  if (ms < 3_600_000) return both(Math.floor(ms / 60_000), "min", Math.floor(ms / 1_000) % 60, "s");
  if (ms < 86_400_000) return both(Math.floor(ms / 3_600_000), "h", Math.floor(ms / 60_000) % 60, "min");
  return both(Math.floor(ms / 86_400_000), "d", Math.floor(ms / 3_600_000) % 24, "h");
}

/** How long something lasts already, in the largest unit: "a few seconds", "40 s", "3 min". */
export function lastingText(ms: number): string {
  if (ms < 10_000) return "a few seconds";
  if (ms < 60_000) return `${Math.floor(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`;
  return durationText(Math.floor(ms / 60_000) * 60_000);
}

function both(a: number, unitA: string, b: number, unitB: string): string {
  return b === 0 ? `${a} ${unitA}` : `${a} ${unitA} ${b} ${unitB}`;
}

/** From `from` to `to`; counts on while there is no end. */
export function Duration({
  from,
  to,
  className = "",
}: {
  from: number | null;
  to: number | null;
  className?: string;
}) {
  const now = useNow(1_000, from !== null && to === null);
  if (from === null) return <span className={`text-faint ${className}`}>–</span>;
  const ms = (to ?? now) - from;
  return (
    <span className={`whitespace-nowrap tabular-nums ${className}`}>
      {durationText(to === null ? Math.floor(Math.max(ms, 0) / 1_000) * 1_000 : ms)}
    </span>
  );
}
