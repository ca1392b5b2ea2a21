/** Conditions, checkpoints and retries in words, as a node has room for. Pure. */
import { fromWords } from "@tw/shared/library/reference-words";
import { asValues } from "./document.ts";
import type { FlowStep } from "./flow.ts";

export interface Badge {
  status: string;
  words: string;
}

export function badgesOf({ draft, command }: FlowStep): Badge[] {
  const badges: Badge[] = [];
  if (draft.checkpoint !== undefined && draft.checkpoint !== false)
    badges.push({ status: "waiting", words: checkpointWords(draft.checkpoint) });
  if (draft.when !== undefined)
    badges.push({ status: "skipped", words: `only if ${conditionWords(draft.when)}` });
  if (draft.for_each !== undefined)
    badges.push({ status: "queued", words: `for each of ${valueWords(draft.for_each)}` });
  const rollback =
    asValues(draft.rollback).command ?? (draft.rollback === false ? null : command?.rollback?.command);
  if (typeof rollback === "string") badges.push({ status: "undone", words: `undone by ${rollback}` });
  const more = [
    draft.retry === undefined ? "" : `up to ${String(asValues(draft.retry).max ?? "?")} attempts`,
    draft.timeout_s === undefined ? "" : `at most ${String(draft.timeout_s)} s`,
    draft.continue_on_error === true ? "goes on when it fails" : "",
  ].filter(Boolean);
  if (more.length > 0) badges.push({ status: "ready", words: more.join(", ") });
  return badges;
}

export function checkpointWords(checkpoint: unknown): string {
  const { quorum, groups } = asValues(checkpoint);
  const people = typeof quorum === "number" && quorum > 1 ? `${quorum} people` : "a person";
  const of = Array.isArray(groups) && groups.length > 0 ? ` of ${groups.join(", ")}` : "";
  return `asks ${people}${of} first`;
}

export function conditionWords(condition: unknown): string {
  const c = asValues(condition);
  if (Array.isArray(c.all)) return c.all.map((part) => bracketed(part, "any")).join(" and ");
  if (Array.isArray(c.any)) return c.any.map((part) => bracketed(part, "all")).join(" or ");
  if (c.not !== undefined) return `not (${conditionWords(c.not)})`;
  const from = fromWords(String(c.from ?? "?"));
  if (c.equals !== undefined) return `${from} is ${valueWords(c.equals)}`;
  if (c.not_equals !== undefined) return `${from} is not ${valueWords(c.not_equals)}`;
  if (c.greater_than !== undefined) return `${from} is more than ${String(c.greater_than)}`;
  if (c.present !== undefined) return `${from} is ${c.present === true ? "there" : "not there"}`;
  return from;
}

/** Where "and" and "or" stand beside each other it is said what belongs together. */
function bracketed(part: unknown, kind: "all" | "any"): string {
  const words = conditionWords(part);
  return Array.isArray(asValues(part)[kind]) ? `(${words})` : words;
}

function valueWords(value: unknown): string {
  const { from } = asValues(value);
  if (typeof from === "string") return fromWords(from);
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}
