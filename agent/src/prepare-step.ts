/** Everything that can refuse a step before it starts: policy, program, environment, secrets, prerequisites. */
import { basename, resolve } from "node:path";
import type { JobStep } from "@tw/shared/contracts/agent-protocol";
import type { Config } from "./config.ts";
import { ownEnv, secretsOf } from "./env.ts";
import { findProgram, projectPath } from "./find-program.ts";
import { PolicyDenied, type PolicyGuard } from "./policy.ts";
import { allowedBy, type Probing } from "./probing.ts";
import { checkRequires } from "./requires.ts";
import { readSecret, SecretError } from "./secrets.ts";
import { NotStarted } from "./step-report.ts";

export type Run = NonNullable<JobStep["run"]>;
type ValueOrSecret = Run["argv"][number];

/** Hears what a look at a prerequisite found. */
export type TellFound = Probing["found"];

export interface Program {
  file: string;
  argv: string[];
}
export interface Prepared {
  run: Run;
  cwd: string;
  env: Record<string, string>;
  main: Program;
  before: Program[];
  after: Program[];
  stdin: string | null;
  /** Values that must not leave this machine. */
  secrets: string[];
}

/** Each look into process.env is a call out of JavaScript; what is passed on does not change while the agent runs. */
let copied: NodeJS.ProcessEnv | undefined;
function agentEnv(): NodeJS.ProcessEnv {
  copied ??= { ...process.env };
  return copied;
}

/** Resolves the step to what will be started. Throws NotStarted. */
export async function prepareStep(
  step: JobStep,
  config: Config,
  guard: PolicyGuard,
  tell?: TellFound,
): Promise<Prepared> {
  try {
    return await prepare(step, config, guard, tell);
  } catch (error) {
    if (error instanceof PolicyDenied) throw new NotStarted("policy_denied", error.message);
    if (error instanceof SecretError) throw new NotStarted("secret_missing", error.message);
    throw error;
  }
}

async function prepare(
  step: JobStep,
  config: Config,
  guard: PolicyGuard,
  tell?: TellFound,
): Promise<Prepared> {
  const run = step.run;
  if (!run) throw new NotStarted("internal", "This step has no program: it is not for an agent.");
  guard.command(step.command, step.effect);
  const cwd = guard.cwd(run.cwd);
  guard.env(Object.keys(run.env));
  for (const { path, link } of run.paths ?? []) guard.path(cwd, path, link);

  const env = ownEnv(basename(run.program), config.root, agentEnv());
  const path = projectPath(cwd, config.root, env.PATH ?? "/usr/local/bin:/usr/bin:/bin");
  const secrets = [config.token, ...secretsOf(env)];
  const value = (item: ValueOrSecret): string => {
    if (typeof item === "string") return item;
    const secret = readSecret(item.secret, config.stateDir, process.env);
    secrets.push(secret);
    return secret;
  };
  // The agent's own PATH decides what a bare name means; the project's tools come after the policy has agreed to the name.
  const systemPath = env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
  const find = (program: string, argv: ValueOrSecret[]): string => {
    const file = findProgram(program, cwd, config.root, systemPath);
    guard.program(program, file, systemPath, scriptOf(argv, cwd));
    if (file === null)
      throw new NotStarted(
        "prerequisite_missing",
        `The program "${program}" was not found: neither in the project nor on PATH.`,
      );
    return file;
  };
  for (const [name, item] of Object.entries(run.env)) env[name] = value(item);
  env.PATH = path;
  const probe = (one: Run["before"][number]): Program => ({
    file: find(one.program, one.argv),
    argv: one.argv,
  });
  // Prerequisites first: "wrangler is missing, run … to set it up" says more than "not found".
  if (run.requires.length > 0) {
    const found = findProgram(run.program, cwd, config.root, systemPath);
    guard.program(run.program, found, systemPath, scriptOf(run.argv, cwd));
    const place = {
      cwd,
      root: config.root,
      path: systemPath,
      env,
      envOf: (tool: string) => ownEnv(tool, config.root, agentEnv()),
      allows: allowedBy(guard, systemPath),
    };
    await checkRequires(run.requires, place, (need, found) => tell?.(run.cwd, need, found));
  }
  return {
    run,
    cwd,
    env,
    main: { file: find(run.program, run.argv), argv: run.argv.map(value) },
    before: run.before.map(probe),
    after: run.after.map(probe),
    stdin: run.stdin === null ? null : value(run.stdin),
    secrets,
  };
}

/** The file that a shell's or interpreter's first argument names, if it can be one. */
function scriptOf(argv: ValueOrSecret[], cwd: string): string | undefined {
  const first = argv[0];
  return typeof first === "string" && first !== "" && !first.startsWith("-")
    ? resolve(cwd, first)
    : undefined;
}
