/** A command held against this machine's policy without running it: every rule is asked, so that all reasons are told at once. */
import type { JobStep } from "@tw/shared/contracts/agent-protocol";
import { EFFECTS, type Effect } from "@tw/shared/engine/statuses";
import { findProgram } from "../find-program.ts";
import { PolicyGuard } from "../policy.ts";
import type { Policy } from "../policy-file.ts";
import type { Api } from "./api.ts";

/** A program as a command starts it, as far as it is known before there are arguments. */
export interface Call {
  command: string | null;
  program: string;
  argv: string[];
  cwd: string | null;
  env: string[];
  effect: Effect;
}
export interface Judged {
  call: Call;
  runs: boolean;
  demand: "allow" | "receipt" | "votes";
  reasons: string[];
}

interface Definition {
  slug: string;
  type: string;
  effect: string;
  category: string | null;
  definition: {
    program?: string;
    argv?: unknown[];
    cwd?: unknown;
    env?: { [name: string]: unknown };
    steps?: { command: string }[];
  };
}
const DEPTH = 6;

/** The programs a command of the workspace starts on an agent; of a workflow those of all its steps, each command once. */
export async function callsOf(api: Api, slug: string): Promise<Call[]> {
  const seen = new Set<string>();
  const found: Call[] = [];
  const visit = async (name: string, depth: number): Promise<void> => {
    if (seen.has(name) || depth > DEPTH) return;
    seen.add(name);
    const answer = await api.get<Definition & { command?: Definition }>(
      `/api/commands/${encodeURIComponent(name)}`,
    );
    const { type, effect, definition, slug } = answer.command ?? answer;
    if (type === "builtin")
      found.push({
        command: slug,
        program: definition.program ?? "",
        argv: (definition.argv ?? []).filter((item): item is string => typeof item === "string"),
        cwd: typeof definition.cwd === "string" ? definition.cwd : null,
        env: Object.keys(definition.env ?? {}),
        effect: (EFFECTS as readonly string[]).includes(effect) ? (effect as Effect) : "destructive",
      });
    for (const step of definition.steps ?? []) await visit(step.command, depth + 1);
  };
  await visit(slug, 0);
  return found;
}

/** Whether it runs here, and every reason why or why not. */
export function judge(
  call: Call,
  policy: Policy,
  at: { root: string; file: string; path: string; pinned: boolean },
): Judged {
  const guard = new PolicyGuard(policy, at.root, at.file);
  const reasons: string[] = [];
  let runs = true;
  const ask = (rule: () => string | null) => {
    try {
      const said = rule();
      if (said) reasons.push(said);
    } catch (error) {
      runs = false;
      reasons.push((error as Error).message);
    }
  };
  const { program, argv, effect } = call;
  ask(() => {
    if (call.command !== null) guard.command(call.command, effect);
    return null;
  });
  ask(() => {
    guard.env(call.env);
    return null;
  });
  let file: string | null = null;
  ask(() => {
    file = findProgram(program, at.root, at.root, at.path);
    guard.program(program, file, at.path);
    return file === null
      ? `"${program}" is allowed and was not found: neither in the project nor on PATH`
      : `${program} is ${file}`;
  });
  let demand: Judged["demand"] = "allow";
  ask(() => {
    const asked = guard.demand(stepOf(call), at.pinned);
    demand = asked.demand;
    return demand === "allow"
      ? null
      : `${asked.because} asks for ${demand === "votes" ? "a vote" : "a receipt"}`;
  });
  // What is asked of a step tells how its arguments look; without them a push with --force is a push.
  return { call: { ...call, argv }, runs, demand, reasons };
}

function stepOf({ command, program, argv, cwd, effect }: Call): JobStep {
  const run = { program, argv, cwd, env: {}, stdin: null, ok_codes: [0], outputs: null, file: null };
  return {
    step: "step",
    attempt: 1,
    command: command ?? "command",
    effect,
    timeout_s: 1,
    run: { ...run, before: [], after: [], requires: [] },
  };
}
