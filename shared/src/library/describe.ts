/** A plan as a person reads it before it runs: command lines with values put in, who is asked, what undoes what. */
import { describeRule } from "../approvals/policy.ts";
import type { Json } from "../contracts/json.ts";
import type { Plan, PlanCall, PlanRef, PlanStep, PlanValue } from "../contracts/plan.ts";
import { type Item, renderArgv, renderValue, type Source } from "./argv.ts";
import { lineText, quoted } from "./line-text.ts";
import { refWords } from "./reference-words.ts";

export interface DescribedCall {
  command: string;
  version: number;
  type: "builtin" | "api" | "external" | "ide";
  effect: string;
  /** Program and argv; what only the run will know stands as `<steps.backup.outputs.file>`. Null of other types. */
  argv: string[] | null;
  /** The same as one line, quoted for reading; what only the run will know is said in words: `<file from backup>`. */
  line: string;
  args: { [name: string]: Json };
  timeout_s: number;
  retry: { max: number; backoff_s: number };
}

/** The `plan` of the HTTP answer. */
export function describePlan(plan: Plan, digest?: string) {
  const steps = plan.steps.map((step) => ({
    id: step.id,
    ...describeCall(step),
    needs: step.needs,
    when: step.when as unknown as Json,
    continue_on_error: step.continue_on_error,
    for_each: step.for_each === null ? null : shown(step.for_each, (ref) => inWords(ref)),
    cwd: plan.cwd,
    agent: plan.agent,
    requires: step.requires as unknown as Json,
    checkpoint: describeCheckpoint(step),
    rollback: step.rollback
      ? { ...describeCall(step.rollback, step), when: step.rollback.when as unknown as Json }
      : null,
  }));
  return {
    command: plan.command,
    version: plan.version,
    type: plan.type,
    effect: plan.effect,
    args: plan.args,
    cwd: plan.cwd,
    agent: plan.agent,
    steps,
    checkpoints: steps.flatMap(({ id, checkpoint }) => (checkpoint ? [{ step: id, ...checkpoint }] : [])),
    rollback_on_error: plan.rollback_on_error,
    concurrency: plan.concurrency,
    timeout_s: plan.timeout_s,
    ...(digest === undefined ? {} : { plan_digest: digest }),
  };
}

function describeCheckpoint({ checkpoint }: PlanStep) {
  if (!checkpoint) return null;
  const { requester_may_vote } = checkpoint;
  return {
    ...checkpoint,
    who: `${describeRule(checkpoint)} who may vote${requester_may_vote ? "" : ", but not the requester"}`,
  };
}

/**
 * A call with its command line.
 * @param of the step that a rollback belongs to: what it was given is known, and its results bear its name
 */
export function describeCall(call: PlanCall, of?: Pick<PlanStep, "id" | "args">): DescribedCall {
  const each =
    (show: (value: PlanValue) => Json | undefined): Shown =>
    (name) =>
      Object.hasOwn(call.args, name) ? show(call.args[name]!) : undefined;
  const words = each((value) => said(value, of));
  const line = argvOf(call, words);
  return {
    command: call.command,
    version: call.version,
    type: call.exec.type,
    effect: call.effect,
    argv: argvOf(
      call,
      each((value) => shown(value, asReference)),
    ),
    line: line ? lineText(line) : otherLine(call, words),
    args: Object.fromEntries(
      Object.entries(call.args).map(([name, value]) => [name, shown(value, asReference)] as const),
    ),
    timeout_s: call.timeout_s,
    retry: call.retry,
  };
}

/** What stands for each argument; undefined where there is none. */
type Shown = (name: string) => Json | undefined;

function argvOf(call: PlanCall, get: Shown): string[] | null {
  if (call.exec.type !== "builtin") return null;
  return [call.exec.program, ...renderArgv(call.exec.argv, placeholders(call, get)).map(itemText)];
}

function otherLine(call: PlanCall, get: Shown): string {
  if (call.exec.type === "external") {
    const url = renderValue(call.exec.url, placeholders(call, get));
    return `${call.exec.method} ${url === null ? "<url>" : itemText(url)}`;
  }
  const name = call.exec.type === "ide" ? call.exec.ide : call.exec.type === "api" ? call.exec.handler : "";
  const args = Object.keys(call.args).flatMap((key) => {
    const value = get(key);
    return value === undefined ? [] : [`${key}=${quoted(asText(value))}`];
  });
  return [name, ...args].join(" ");
}

function placeholders(call: PlanCall, get: Shown): Source {
  const secrets = new Set(call.parameters.filter(({ type }) => type === "secret").map(({ name }) => name));
  return { get, isSecret: (name) => secrets.has(name) };
}

function shown(value: PlanValue, as: (ref: PlanRef) => string): Json {
  return "value" in value ? value.value : as(value.ref);
}

/** A value in words. What a rollback takes from its step's arguments is what stands there: nothing where that has none. */
function said(value: PlanValue, of: Pick<PlanStep, "id" | "args"> | undefined): Json | undefined {
  if ("value" in value) return value.value;
  const { ref } = value;
  if (!of || ref.of !== "own_args" || ref.path.length !== 1) return inWords(ref, of?.id);
  const name = ref.path[0]!;
  const given = Object.hasOwn(of.args, name) ? of.args[name] : undefined;
  return given === undefined ? value.default : shown(given, (of) => inWords(of));
}

const inWords = (ref: PlanRef, self?: string): string => `<${refWords(ref, self)}>`;
const asReference = (ref: PlanRef): string => `<${refText(ref)}>`;

function refText(ref: PlanRef): string {
  switch (ref.of) {
    case "outputs":
    case "inputs":
      return ["steps", ref.step, ref.of, ...ref.path].join(".");
    case "status":
      return `steps.${ref.step}.status`;
    case "item":
      return ["item", ...ref.path].join(".");
    case "own_outputs":
      return ["outputs", ...ref.path].join(".");
    case "own_args":
      return ["args", ...ref.path].join(".");
  }
}

function itemText(item: Item): string {
  return typeof item === "string" ? item : `<secret ${item.secret}>`;
}

function asText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
