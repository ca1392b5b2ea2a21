/** What a checkpoint asks, taken out of its stored context: the same facts for the page, the mail, Slack and the webhook. Pure. */
import type { Json } from "../contracts/json.ts";
import type { Checkpoint } from "../engine/state.ts";
import type { Effect } from "../engine/statuses.ts";

/**
 * What a message is about. `request` asks for a decision, `reminder`, `escalation` and `changed` ask again, `break_glass` tells
 * that a gate was passed without approval, `settled` shows a decision on the Slack messages that asked, `progress` and
 * `finished` tell how the run goes on and ends, `sign_in` and `invitation` carry a link that signs in.
 */
export const NOTIFICATION_KINDS = [
  "request",
  "reminder",
  "escalation",
  "changed",
  "break_glass",
  "settled",
  "progress",
  "finished",
  "sign_in",
  "invitation",
] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];
/** Kinds that ask somebody to decide a checkpoint. */
export const ASKING_KINDS: readonly NotificationKind[] = ["request", "reminder", "escalation", "changed"];

export interface Question {
  prompt: string;
  command: string;
  effect: Effect;
  /** Its argument `dry_run` is true: whatever the command does otherwise, here it only tries. */
  dryRun: boolean;
  /** The lines that will run once this is approved, as they will run. */
  argv: string[];
  /** What follows without another question. */
  next: string[];
  cwd: string | null;
  agent: string | null;
  results: {
    step: string;
    status: string;
    exitCode: number | null;
    outputs: { [name: string]: Json } | null;
  }[];
  /** Compensations in the order they would run. */
  rollback: { step: string; command: string; line: string }[];
  /** What is not as it was when people were asked before. */
  difference: { what: string; before: string; after: string }[];
  /** The commit the question is about, where earlier steps told one. */
  head: string | null;
  /** Version of the command that will run. */
  version: number | null;
  requestedBy: string;
  note: string | null;
  /** An `unknown` checkpoint asks about a step that may have run already. */
  unknown: boolean;
}

/** Reads leniently: a context written by another version must never make a checkpoint impossible to decide. */
export function questionOf(checkpoint: Checkpoint): Question {
  const c = checkpoint.context;
  const effect = c.effect;
  return {
    prompt: checkpoint.prompt || `Go on with ${checkpoint.name || checkpoint.stepId}?`,
    command: text(c.command) ?? checkpoint.stepId,
    effect: effect === "read" || effect === "destructive" ? effect : "write",
    dryRun: record(c.args).dry_run === true,
    argv: list(c.argv).map(show),
    next: list(c.next ?? c.then).map(show),
    cwd: text(c.cwd),
    agent: text(c.agent),
    results: list(c.results).map((item) => {
      const r = record(item);
      const outputs = record(r.outputs);
      return {
        step: text(r.step) ?? "?",
        status: text(r.status) ?? "?",
        exitCode: typeof r.exit_code === "number" ? r.exit_code : null,
        outputs: Object.keys(outputs).length > 0 ? outputs : null,
      };
    }),
    rollback: list(c.rollback).map((item) => {
      const r = record(item);
      return typeof item === "string"
        ? { step: "", command: item, line: item }
        : {
            step: text(r.step) ?? "",
            command: text(r.command) ?? "?",
            line: text(r.line) ?? text(r.command) ?? "?",
          };
    }),
    difference: list(c.difference).map((item) => {
      const r = record(item);
      return { what: text(r.what) ?? "plan", before: text(r.before) ?? "", after: text(r.after) ?? "" };
    }),
    head: text(record(c.pinned).head),
    version: typeof c.version === "number" ? c.version : null,
    requestedBy: text(record(c.requested_by).name) ?? text(c.requested_by) ?? "somebody",
    note: text(c.note),
    unknown: checkpoint.reason === "unknown",
  };
}

/** What the two decisions do, in words for buttons. */
export function choices(question: Question): { approve: string; reject: string } {
  const undone = question.rollback.length;
  const end = undone === 0 ? "end the run" : `roll back ${undone} ${undone === 1 ? "step" : "steps"}`;
  return {
    approve: question.unknown ? `Run ${question.command} again` : `Approve ${question.command}`,
    reject: `Reject and ${end}`,
  };
}

const EFFECT_WORDS: Record<Effect, string> = {
  read: "reads only",
  write: "changes something",
  destructive: "destructive: hard to undo",
};
/** A dry run is asked about like the command itself, so it says what it is a dry run of. */
const DRY_RUN_WORDS: Record<Effect, string> = {
  read: "reads only",
  write: "dry run",
  destructive: "dry run of a destructive command",
};

/** What the question's effect means to somebody who has to agree to it; `alarming` when it deserves the colour of danger. */
export function effectOf({ effect, dryRun }: Question): { words: string; alarming: boolean } {
  return {
    words: (dryRun ? DRY_RUN_WORDS : EFFECT_WORDS)[effect],
    alarming: effect === "destructive" && !dryRun,
  };
}

/** An output or argument as text, whole values as JSON. */
export function show(value: Json | undefined): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
function text(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
function record(value: Json | undefined): { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
