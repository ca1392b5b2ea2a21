/** What a checkpoint asks, out of its context. Read leniently: what another version stored must never hide the buttons. */
import type { Checkpoint, Values } from "../api/types.ts";
import { valueText } from "../components/visible.ts";

export interface Question {
  command: string;
  effect: string;
  /** Its argument `dry_run` is true. */
  dryRun: boolean;
  /** The lines that run once this is approved. */
  lines: string[];
  /** What follows without another question. */
  next: string[];
  cwd: string | null;
  /** The one it is for. */
  agent: string | null;
  /** What an agent must have, where it is for no certain one. */
  labels: string[];
  note: string | null;
  /** Who asked for the run. */
  by: string | null;
  /** Their id. */
  asker: string | null;
  results: { step: string; status: string; outputs: Values | null }[];
  /** Compensations in the order they would run. */
  rollback: { step: string; command: string }[];
}

type Loose = { [name: string]: unknown };
const record = (value: unknown): Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Loose) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

export function questionOf(checkpoint: Checkpoint): Question {
  const context = record(checkpoint.context);
  const agent = text(context.agent);
  // An agent's id, or the labels that are asked for.
  const isAgent = agent?.startsWith("agt_") ?? false;
  return {
    command: text(context.command) ?? checkpoint.step,
    effect: text(context.effect) ?? "write",
    dryRun: record(context.args).dry_run === true,
    lines: list(context.argv).map(valueText),
    next: list(context.next ?? context.then).map(valueText),
    cwd: text(context.cwd),
    agent: isAgent ? agent : null,
    labels: isAgent ? [] : (agent?.split(",") ?? []),
    note: text(context.note),
    by: text(record(context.requested_by).name),
    asker: text(record(context.requested_by).id),
    results: list(context.results).map((item) => {
      const result = record(item);
      const outputs = record(result.outputs);
      return {
        step: text(result.step) ?? "?",
        status: text(result.status) ?? "unknown",
        outputs: Object.keys(outputs).length > 0 ? (outputs as Values) : null,
      };
    }),
    rollback: list(context.rollback).map((item) =>
      typeof item === "string"
        ? { step: "", command: item }
        : { step: text(record(item).step) ?? "", command: text(record(item).command) ?? "?" },
    ),
  };
}

const CHANNELS: { [channel: string]: string } = {
  api: "the API",
  console: "the console",
  link: "a link",
  slack: "Slack",
  cli: "the command line",
};
/** How a vote came in. */
export const channelWord = (channel: string): string => CHANNELS[channel] ?? channel;

/** What the two decisions do, in words for buttons. */
export function choices(checkpoint: Checkpoint, question: Question): { approve: string; reject: string } {
  const undone = question.rollback.length;
  const unknown = (checkpoint as { reason?: string }).reason === "unknown";
  return {
    approve: unknown ? `Run ${question.command} again` : `Approve ${question.command}`,
    reject:
      undone === 0
        ? "Reject and end the run"
        : `Reject and roll back ${undone} ${undone === 1 ? "step" : "steps"}`,
  };
}

/** Steps before a question that have changed something: they neither only read nor only tried. */
export function doneForReal(
  { results }: Pick<Question, "results">,
  planned: readonly { id: string; effect?: string; args?: { [name: string]: unknown } }[],
): string[] {
  return results.flatMap(({ step, status }) => {
    const of = planned.find(({ id }) => id === step || step.startsWith(`${id}.`));
    const changes = of !== undefined && of.effect !== "read" && of.args?.dry_run !== true;
    return status === "succeeded" && changes ? [step] : [];
  });
}
