/** Random plans: every feature of a plan alone and in every mix, small enough that a run ends in virtual minutes. */
import type { Plan, PlanCall, PlanCondition, PlanStep } from "../../src/contracts/plan.ts";
import type { Random } from "./random.ts";

/** What the world outside does with a step; the agents look it up by the step's command. */
export interface Behaviour {
  /** How long one attempt takes. */
  durationMs: number;
  /** From this attempt on it succeeds; 99: never. */
  succeedsAt: number;
}

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h"];

function call(
  random: Random,
  kind: "builtin" | "pure" | "http",
  name: string,
): Omit<PlanCall, "args" | "retry"> {
  const common = { command: name, version: 1, parameters: [], timeout_s: 120 };
  if (kind === "builtin")
    return {
      ...common,
      effect: random.pick(["read", "write", "write", "destructive"]),
      exec: { type: "builtin", program: "true", argv: [] },
    };
  if (kind === "http")
    return {
      ...common,
      effect: random.pick(["read", "write"]),
      exec: { type: "external", url: "https://example.test/", method: "POST" },
    };
  return {
    ...common,
    effect: "read",
    exec: {
      type: "api",
      handler: random.chance(0.06) ? "fail" : random.pick(["noop", "echo", "echo", "sleep"]),
    },
  };
}

function parameters(names: string[]): PlanCall["parameters"] {
  return names.map((name) => ({ name, type: "json", required: false, description: "" }));
}

/** Encoded in the command's name, so that whoever runs the step knows how it goes without any other channel. */
export function behaviourOf(command: string): Behaviour {
  const [, duration, succeedsAt] = /~(\d+)~(\d+)$/.exec(command) ?? [];
  return { durationMs: Number(duration ?? 0), succeedsAt: Number(succeedsAt ?? 1) };
}

function nameFor(random: Random, base: string): string {
  const duration = random.pick([1, 5, 20, 200, 2_000, 20_000, 70_000]);
  const succeedsAt = random.chance(0.8) ? 1 : random.pick([2, 2, 3, 99]);
  return `${base}~${duration}~${succeedsAt}`;
}

function step(random: Random, id: string, earlier: string[]): PlanStep {
  const kind = random.pick(["builtin", "builtin", "builtin", "pure", "pure", "http"] as const);
  const made = call(random, kind, nameFor(random, `${kind}-${id}`));
  const retry = random.chance(0.35)
    ? { max: random.between(2, 3), backoff_s: random.pick([0, 1, 5]) }
    : { max: made.effect === "read" ? 3 : 1, backoff_s: 1 };
  const args: PlanStep["args"] = {};
  if (kind === "pure") {
    made.parameters = parameters(["seconds", "message", "x"]);
    if (made.exec.type === "api" && made.exec.handler === "sleep")
      args.seconds = { value: random.pick([0, 0.5, 3, 40]) };
    else args.x = { value: random.between(0, 3) };
  }
  if (kind === "builtin" && earlier.length > 0 && random.chance(0.3)) {
    made.parameters = parameters(["x"]);
    args.x = { ref: { of: "outputs", step: random.pick(earlier), path: ["n"] }, default: 0 };
  }
  if (kind === "builtin" && random.chance(0.06)) {
    // An earlier result that does not fit: known only when the step's turn comes.
    made.parameters = [{ name: "x", type: "number", required: true, description: "" }];
    args.x = { value: "a word" };
  }
  return {
    ...made,
    id,
    args,
    retry,
    needs: [],
    when: earlier.length > 0 && random.chance(0.15) ? condition(random, earlier) : null,
    checkpoint: random.chance(0.2) ? gate(random, id) : null,
    continue_on_error: random.chance(0.15),
    for_each: null,
    requires: [],
    rollback: random.chance(0.5) ? rollback(random, id) : null,
  };
}

function condition(random: Random, earlier: string[]): PlanCondition {
  const of = random.pick(earlier);
  return random.pick<PlanCondition>([
    { test: { ref: { of: "status", step: of } }, equals: "succeeded" },
    { test: { ref: { of: "outputs", step: of, path: ["n"] } }, greater_than: 1 },
    { not: { test: { ref: { of: "outputs", step: of, path: ["n"] } }, present: true } },
    { any: [{ test: { value: false } }, { test: { value: 1 }, equals: 1 }] },
  ]);
}

function gate(random: Random, id: string): PlanStep["checkpoint"] {
  return {
    name: `gate-${id}`,
    prompt: "Go on?",
    quorum: random.pick([1, 1, 1, 2]),
    groups: [],
    form: [],
    requester_may_vote: random.chance(0.5),
    expires_s: random.pick([20, 60, 600, 86_400]),
  };
}

/** What some gates ask besides: a certain group, reminders, escalation, to be made moot by a newer run, to leave things as they are. */
export function askMore(plan: Plan, random: Random): void {
  for (const { checkpoint } of plan.steps) {
    if (!checkpoint || !random.chance(0.4)) continue;
    if (random.chance(0.6)) checkpoint.minimums = [{ group: random.pick(["security", "release"]), min: 1 }];
    if (random.chance(0.4)) checkpoint.remind_every_s = random.pick([60, 90, 600]);
    if (random.chance(0.4)) checkpoint.escalate = { after_s: random.pick([60, 300]), to: "leads" };
    if (random.chance(0.3)) checkpoint.supersede = true;
    if (random.chance(0.3)) checkpoint.on_expiry = "stop";
  }
}

function rollback(random: Random, id: string): PlanStep["rollback"] {
  const kind = random.pick(["builtin", "builtin", "pure", "http"] as const);
  const made = call(random, kind, nameFor(random, `undo-${kind}-${id}`));
  if (made.exec.type === "api") {
    made.exec = { type: "api", handler: random.pick(["noop", "echo", "fail"]) };
    made.parameters = parameters(["x", "message"]);
  } else made.parameters = parameters(["x"]);
  return {
    ...made,
    effect: "write",
    args: random.chance(0.5) ? { x: { ref: { of: "own_outputs", path: ["n"] }, default: 0 } } : {},
    retry: { max: random.between(1, 3), backoff_s: random.pick([0, 1, 5]) },
    when: random.chance(0.15) ? { test: { ref: { of: "own_outputs", path: ["n"] } }, present: true } : null,
  };
}

/** A plan: its shape, then its steps. */
export function randomPlan(random: Random, agents: string[]): Plan {
  const shape = random.pick(["single", "sequential", "sequential", "dag", "dag", "parallel", "fan"] as const);
  const size = shape === "single" ? 1 : random.between(2, 6);
  const ids = NAMES.slice(0, size);
  const steps = ids.map((id, i) => step(random, id, shape === "parallel" ? [] : ids.slice(0, i)));
  for (const [i, one] of steps.entries()) {
    if (shape === "sequential" || shape === "fan") one.needs = i > 0 ? [ids[i - 1] as string] : [];
    if (shape === "dag") one.needs = ids.slice(0, i).filter(() => random.chance(0.45));
    // What a step reads, it needs.
    for (const read of reads(one)) if (!one.needs.includes(read)) one.needs.push(read);
  }
  if (shape === "fan") {
    const fan = random.pick(steps);
    fan.for_each = { value: Array.from({ length: random.pick([0, 1, 2, 3, 5]) }, (_, i) => i) };
  }
  const group = random.chance(0.25);
  return {
    v: 1,
    command: `plan-${shape}`,
    version: 1,
    type: shape === "single" ? "builtin" : "workflow",
    effect: "write",
    args: {},
    cwd: null,
    agent: random.chance(0.3)
      ? { id: random.pick(agents), labels: [] }
      : { id: null, labels: random.chance(0.2) ? ["linux"] : [] },
    steps,
    rollback_on_error: random.chance(0.6),
    concurrency: group
      ? {
          group: random.pick(["deploy", "release"]),
          on_conflict: random.pick(["queue", "queue", "refuse", "supersede"]),
        }
      : null,
    timeout_s: random.chance(0.1) ? random.between(30, 300) : 7 * 86_400,
  };
}

function reads(one: PlanStep): string[] {
  const found: string[] = [];
  JSON.stringify([one.args, one.when], (_, value) => {
    if (
      value &&
      typeof value === "object" &&
      "ref" in value &&
      value.ref &&
      typeof value.ref.step === "string"
    )
      found.push(value.ref.step);
    return value;
  });
  return [...new Set(found)];
}
