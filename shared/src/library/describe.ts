/** A plan as a person reads it before it runs: command lines with values put in, who is asked, what undoes what. */
import { describeRule } from "../approvals/policy.ts";
import type { Json } from "../contracts/json.ts";
import type { Plan, PlanCall, PlanRef, PlanStep } from "../contracts/plan.ts";
import { type Item, renderArgv, renderValue, type Source } from "./argv.ts";

export interface DescribedCall {
  command: string;
  version: number;
  type: "builtin" | "api" | "external" | "ide";
  effect: string;
  /** Program and argv; what only the run will know stands as `<steps.backup.outputs.file>`. Null of other types. */
  argv: string[] | null;
  /** The same as one line, quoted for reading. */
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
    for_each: step.for_each === null ? null : shown(step.for_each),
    cwd: plan.cwd,
    agent: plan.agent,
    requires: step.requires as unknown as Json,
    checkpoint: describeCheckpoint(step),
    rollback: step.rollback
      ? { ...describeCall(step.rollback), when: step.rollback.when as unknown as Json }
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

/** A call with its command line. */
export function describeCall(call: PlanCall): DescribedCall {
  const argv = argvOf(call);
  return {
    command: call.command,
    version: call.version,
    type: call.exec.type,
    effect: call.effect,
    argv,
    line: argv ? argv.map(quoted).join(" ") : otherLine(call),
    args: Object.fromEntries(Object.entries(call.args).map(([name, value]) => [name, shown(value)] as const)),
    timeout_s: call.timeout_s,
    retry: call.retry,
  };
}

function argvOf(call: PlanCall): string[] | null {
  if (call.exec.type !== "builtin") return null;
  return [call.exec.program, ...renderArgv(call.exec.argv, placeholders(call)).map(itemText)];
}

function otherLine(call: PlanCall): string {
  if (call.exec.type === "external") {
    const url = renderValue(call.exec.url, placeholders(call));
    return `${call.exec.method} ${url === null ? "<url>" : itemText(url)}`;
  }
  const name = call.exec.type === "ide" ? call.exec.ide : call.exec.type === "api" ? call.exec.handler : "";
  const args = Object.entries(call.args).map(([key, value]) => `${key}=${quoted(asText(shown(value)))}`);
  return [name, ...args].join(" ");
}

function placeholders(call: PlanCall): Source {
  const secrets = new Set(call.parameters.filter(({ type }) => type === "secret").map(({ name }) => name));
  return {
    get: (name) => {
      const arg = Object.hasOwn(call.args, name) ? call.args[name] : undefined;
      return arg === undefined ? undefined : shown(arg);
    },
    isSecret: (name) => secrets.has(name),
  };
}

function shown(value: { value: Json } | { ref: PlanRef }): Json {
  return "value" in value ? value.value : `<${refText(value.ref)}>`;
}

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

/** Quoted as a shell would need it; only for reading, nothing is ever run from this text. */
function quoted(text: string): string {
  return /^[\w@%+=:,./<>-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
