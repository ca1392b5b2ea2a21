/** Runs commands of the shipped library for real, as the engine and an agent would: plan, start, outputs, undo. */

import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { JobStep } from "@tw/shared/contracts/agent-protocol";
import type { Json } from "@tw/shared/contracts/json";
import type { PlanCall, PlanStep } from "@tw/shared/contracts/plan";
import { SYSTEM } from "@tw/shared/db/commands";
import { resolveArgs, type Scope, testCondition } from "@tw/shared/engine/values";
import { draftCommand } from "@tw/shared/library/draft-command";
import { parseOutputs } from "@tw/shared/library/outputs";
import { compilePlan } from "@tw/shared/library/plan";
import { finalArgs, renderRun } from "@tw/shared/library/render";
import { LIBRARY_FOLDER } from "../src/library.ts";
import { readLibrary } from "../src/library-files.ts";
import { ROOT } from "../src/ports.ts";
import { COMPILED } from "../src/testing/prepared.ts";

type Args = { [name: string]: Json };
type Run = NonNullable<JobStep["run"]>;
export interface Done {
  step: PlanStep;
  args: Args;
  outputs: Args;
  code: number;
  said: string;
}
export interface Ran {
  done: Done[];
  outputs: Args;
  /** What the program of the last step said. */
  said: string;
  code: number;
  /** Undoes what was done, newest first; exit codes by step. */
  undo(): Promise<{ [step: string]: number }>;
}

const { commands } = await readLibrary(LIBRARY_FOLDER);
const library = new Map(
  commands.map((command) => [command.slug, draftCommand(SYSTEM, command.slug, command.input, 0)]),
);
const lookup = async (slug: string) => library.get(slug) ?? null;

/** Runs until a step fails; `stopAt` is the step before which a person says no, `more` what the environment holds besides. */
export async function runCommand(
  slug: string,
  args: Args,
  cwd: string,
  home: string,
  stopAt?: string,
  more: { [name: string]: string } = {},
): Promise<Ran> {
  const command = library.get(slug);
  if (!command) throw new Error(`the library has no ${slug}`);
  const { plan } = await compilePlan({
    command,
    args,
    context: {},
    cwd: null,
    agent: null,
    lookup,
    soleApprover: true,
  });
  const done: Done[] = [];
  const scope: Scope = {
    outputs: (id) => done.find(({ step }) => step.id === id)?.outputs ?? null,
    inputs: () => null,
    status: (id) => (done.some(({ step }) => step.id === id) ? "succeeded" : "skipped"),
  };
  for (const step of plan.steps) {
    if (step.id === stopAt) break;
    if (step.when && !testCondition(step.when, scope)) continue;
    const given = finalArgs(step.parameters, resolveArgs(step.args, scope));
    const ended = start(step, given, cwd, home, more);
    done.push({ step, args: given, ...ended });
    if (ended.code !== 0) break;
  }
  const last = done.at(-1);
  return {
    done,
    outputs: last?.outputs ?? {},
    said: last?.said ?? "",
    code: last?.code ?? 0,
    async undo() {
      const codes: { [step: string]: number } = {};
      for (const { step, args: ownArgs, outputs: ownOutputs } of done.toReversed()) {
        const within: Scope = { ...scope, ownArgs, ownOutputs };
        if (!step.rollback || (step.rollback.when && !testCondition(step.rollback.when, within))) continue;
        const ended = start(
          step.rollback,
          finalArgs(step.rollback.parameters, resolveArgs(step.rollback.args, within)),
          cwd,
          home,
          more,
        );
        codes[step.id] = ended.code;
      }
      return codes;
    },
  };
}

function start(
  call: PlanCall,
  args: Args,
  cwd: string,
  home: string,
  more: { [name: string]: string },
): Omit<Done, "step" | "args"> {
  const run = renderRun(call, args, []);
  const place = run.cwd === null ? cwd : join(cwd, run.cwd);
  const env = { ...environment(home), ...more, ...(run.env as { [name: string]: string }) };
  const outputs: Args = {};
  const probe = (probes: Run["before"]) => {
    for (const { program, argv, outputs: spec, file } of probes) {
      const ended = spawnSync(program, argv, { cwd: place, env, encoding: "utf8" });
      if (ended.status === 0)
        Object.assign(outputs, parseOutputs(spec, { stdout: ended.stdout, file: facts(place, file) }));
    }
  };
  probe(run.before);
  const ended = spawnSync(run.program, run.argv as string[], {
    cwd: place,
    env,
    encoding: "utf8",
    input: typeof run.stdin === "string" ? run.stdin : "",
  });
  if (ended.error) throw ended.error;
  const code = run.ok_codes.includes(ended.status ?? -1) ? 0 : (ended.status ?? 1);
  if (run.outputs)
    Object.assign(outputs, parseOutputs(run.outputs, { stdout: ended.stdout, file: facts(place, run.file) }));
  probe(run.after);
  return { outputs, code, said: ended.stdout + ended.stderr };
}

function facts(cwd: string, file: string | null | undefined): { path: string; bytes: number } | null {
  const found = file ? statSync(join(cwd, file), { throwIfNoEntry: false }) : undefined;
  return file && found?.isFile() ? { path: file, bytes: found.size } : null;
}

/** Of the tester's environment nothing that could change what programs do. */
export function environment(home: string): { [name: string]: string } {
  return {
    PATH: [join(ROOT, "node_modules", ".bin"), process.env.PATH].join(delimiter),
    HOME: home,
    XDG_DATA_HOME: join(home, "data"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.com",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.com",
    LC_ALL: "C",
    // wrangler's 10 MB of code compiled once, which is half of what a short call costs.
    NODE_COMPILE_CACHE: COMPILED,
  };
}
