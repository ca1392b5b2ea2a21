/** A status: shape, word and colour, never colour alone. */
import type { ReactNode } from "react";
import type { Effect } from "../api/types.ts";

/** Statuses of runs, steps, checkpoints, rollbacks and agents. */
export type AnyStatus = string;

type Look = { word: string; colour: string; shape: ReactNode; turns?: boolean };

const ring = <circle cx="8" cy="8" r="5.5" />;
const shapes = {
  ring,
  half: (
    <>
      {ring}
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" stroke="none" />
    </>
  ),
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" strokeWidth="2.4" />,
  check: <path d="m3 8.5 3.4 3.4L13 4.6" strokeWidth="2" />,
  cross: <path d="m4 4 8 8m0-8-8 8" strokeWidth="2" />,
  barred: (
    <>
      {ring}
      <path d="m4.2 4.2 7.6 7.6" />
    </>
  ),
  back: <path d="M3 3.2v3.6h3.6M3.4 6.6A5.3 5.3 0 1 1 3 10" />,
  over: <path d="M2.5 11.5c0-8 8-8 9.6-1.6M13.6 6.6l-1.4 3.6-3.4-1.5M12 13h1.5" />,
  question: (
    <>
      <path d="M5.4 6a2.6 2.6 0 1 1 3.9 2.3C8.4 8.8 8 9.2 8 10.2" />
      <path d="M8 12.9v.1" strokeWidth="2" />
    </>
  ),
  mark: <path d="M8 2.5v7M8 13v.1" strokeWidth="2.2" />,
  dash: <path d="M4 8h8" />,
};

const LOOKS: { [status: string]: Look } = {
  pending: { word: "pending", colour: "text-faint", shape: shapes.ring },
  ready: { word: "ready", colour: "text-faint", shape: shapes.ring },
  queued: { word: "queued", colour: "text-muted", shape: shapes.ring },
  running: { word: "running", colour: "text-accent", shape: shapes.half, turns: true },
  waiting: { word: "waiting", colour: "text-warn", shape: shapes.pause },
  succeeded: { word: "succeeded", colour: "text-ok", shape: shapes.check },
  failed: { word: "failed", colour: "text-bad", shape: shapes.cross },
  rejected: { word: "rejected", colour: "text-bad", shape: shapes.barred },
  rolling_back: { word: "rolling back", colour: "text-warn", shape: shapes.back, turns: true },
  undone: { word: "undone", colour: "text-muted", shape: shapes.back },
  skipped: { word: "skipped", colour: "text-faint", shape: shapes.over },
  cancelled: { word: "cancelled", colour: "text-muted", shape: shapes.barred },
  unknown: { word: "unknown", colour: "text-warn", shape: shapes.question },
  approved: { word: "approved", colour: "text-ok", shape: shapes.check },
  expired: { word: "expired", colour: "text-bad", shape: shapes.barred },
  withdrawn: { word: "withdrawn", colour: "text-muted", shape: shapes.barred },
  online: { word: "online", colour: "text-ok", shape: shapes.check },
  offline: { word: "offline", colour: "text-muted", shape: shapes.ring },
  on: { word: "on", colour: "text-ok", shape: shapes.check },
  off: { word: "off", colour: "text-muted", shape: shapes.barred },
  stopped: { word: "stopped", colour: "text-muted", shape: shapes.barred },
  starting: { word: "starting", colour: "text-accent", shape: shapes.half, turns: true },
  started: { word: "started", colour: "text-ok", shape: shapes.check },
  sent: { word: "sent", colour: "text-ok", shape: shapes.check },
  refused: { word: "refused", colour: "text-bad", shape: shapes.barred },
  ignored: { word: "ignored", colour: "text-faint", shape: shapes.over },
  behind: { word: "behind", colour: "text-warn", shape: shapes.pause },
  ok: { word: "well", colour: "text-ok", shape: shapes.check },
  failing: { word: "failing", colour: "text-bad", shape: shapes.cross },
  attention: { word: "needs attention", colour: "text-warn", shape: shapes.mark },
  draining: { word: "draining", colour: "text-warn", shape: shapes.pause },
};

const lookOf = (status: AnyStatus): Look =>
  LOOKS[status] ?? { word: status, colour: "text-muted", shape: shapes.dash };

export function statusWord(status: AnyStatus): string {
  return lookOf(status).word;
}

export function statusColour(status: AnyStatus): string {
  return lookOf(status).colour;
}

/** The shape alone, 14 px; say the word beside it, or give `titled` where there is no room. */
export function StatusIcon({
  status,
  titled = false,
  size = 14,
}: {
  status: AnyStatus;
  titled?: boolean;
  size?: number;
}) {
  const { word, colour, shape, turns } = lookOf(status);
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: it has one where it stands alone, and is hidden where a word says the same
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      className={`shrink-0 ${colour} ${turns ? "animate-[turn_2.4s_linear_infinite]" : ""}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      {...(titled ? { role: "img", "aria-label": word } : { "aria-hidden": true })}
    >
      {titled && <title>{word}</title>}
      {shape}
    </svg>
  );
}

export function Status({ status, className = "" }: { status: AnyStatus; className?: string }) {
  const { word, colour } = lookOf(status);
  return (
    <span // The word is the line it stands on, not the shape: beside other words it must not sit higher.
      className={`inline-flex items-baseline gap-1.5 whitespace-nowrap font-medium [&>svg]:self-center ${colour} ${className}`}
    >
      <StatusIcon status={status} />
      {/* The word's baseline is that of the whole, so that it stands on one line with what is beside it. */}
      <span className="self-baseline">{word}</span>
    </span>
  );
}

/** What a command does to the world: reading is quiet, destroying is marked. `dry`: its argument `dry_run` is true. */
export function EffectMark({
  effect,
  long = false,
  dry = false,
}: {
  effect: Effect | string;
  long?: boolean;
  dry?: boolean;
}) {
  if (dry && effect !== "read")
    return (
      <span className="whitespace-nowrap text-muted text-sm">
        {long && effect === "destructive" ? "dry run of a destructive command" : "dry run"}
      </span>
    );
  if (effect === "destructive")
    return (
      <span className="inline-flex items-baseline gap-1 whitespace-nowrap rounded-sm bg-bad-soft px-1.5 font-medium text-bad text-sm [&>svg]:self-center">
        <svg
          viewBox="0 0 16 16"
          width="11"
          height="11"
          aria-hidden="true"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.7"
        >
          <path d="M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.2" strokeLinecap="round" strokeLinejoin="round" />
        </svg>
        <span className="self-baseline">{long ? "destructive: hard to undo" : "destructive"}</span>
      </span>
    );
  return (
    <span className={`whitespace-nowrap text-sm ${effect === "read" ? "text-faint" : "text-muted"}`}>
      {effect === "read" ? (long ? "reads only" : "read") : long ? "changes something" : effect}
    </span>
  );
}
