/** Everything that can refuse a step before it starts: policy, program, environment, secrets, prerequisites. */
import { basename, resolve } from "node:path";
import type { JobStep } from "@tw/shared/contracts/agent-protocol";
import { secretsNamed } from "@tw/shared/receipts/call-digest";
import type { Config } from "./config.ts";
import { ownEnv, secretsOf } from "./env.ts";
import { findProgram, projectPath } from "./find-program.ts";
import { NotStarted } from "./not-started.ts";
import { PolicyDenied, type PolicyGuard } from "./policy.ts";
import { allowedBy, type Probing } from "./probing.ts";
import { checkRequires } from "./requires.ts";
import { checked, localSecret, missing, SecretError } from "./secrets.ts";

export type Run = NonNullable<JobStep["run"]>;
type ValueOrSecret = Run["argv"][number];

/** What the workspace gives for this step: those secrets, and a receipt that was found good. Throws NotStarted or PolicyDenied. */
export type Grant = (ask: {
  secrets: string[];
  demand: "allow" | "receipt" | "votes";
}) => Promise<{ [name: string]: string }>;
/** Values that secrets had in earlier attempts: a program may still print an old one. */
export type Before = (name: string, value: string) => string[];

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

export interface Asking {
  tell?: TellFound | undefined;
  grant?: Grant | undefined;
  earlier?: Before | undefined;
  /** Does this agent know the key that receipts of its workspace are signed with? */
  pinned?: boolean | undefined;
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
  more: Asking = {},
): Promise<Prepared> {
  try {
    await guard.fresh();
    return await prepare(step, config, guard, more);
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
  { tell, grant, earlier, pinned = false }: Asking,
): Promise<Prepared> {
  const run = step.run;
  if (!run) throw new NotStarted("internal", "This step has no program: it is not for an agent.");
  guard.command(step.command, step.effect);
  const cwd = guard.cwd(run.cwd);
  guard.env(Object.keys(run.env));
  for (const { path, link } of run.paths ?? []) guard.path(cwd, path, link);
  for (const one of [run, ...run.before, ...run.after]) {
    guard.words(cwd, one.program, one.argv);
    if (one.file) guard.path(cwd, one.file, false);
  }

  const env = ownEnv(basename(run.program), config.root, agentEnv());
  const path = projectPath(cwd, config.root, env.PATH ?? "/usr/local/bin:/usr/bin:/bin");
  const secrets = [config.token, ...secretsOf(env)];
  const { demand } = guard.demand(step, pinned);
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
  const values = localValues(step, config);
  const known = (item: ValueOrSecret) => (typeof item === "string" ? item : values[item.secret]);
  for (const [name, item] of Object.entries(run.env)) {
    const value = known(item);
    if (value !== undefined) env[name] = value;
  }
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
  const [main, before, after] = [find(run.program, run.argv), run.before.map(probe), run.after.map(probe)];
  // Last: the workspace is only asked for what will be used.
  await askForRest(values, step, config, demand, grant);
  for (const [name, value] of Object.entries(values)) secrets.push(value, ...(earlier?.(name, value) ?? []));
  const value = (item: ValueOrSecret) => known(item) as string;
  for (const [name, item] of Object.entries(run.env)) if (name !== "PATH") env[name] = value(item);
  return {
    run,
    cwd,
    env,
    main: { file: main, argv: run.argv.map(value) },
    before,
    after,
    stdin: run.stdin === null ? null : value(run.stdin),
    secrets,
  };
}

type Values = { [name: string]: string };

/** The step's secrets that this machine has. */
function localValues(step: JobStep, config: Config): Values {
  const values: Values = Object.create(null);
  for (const name of secretsNamed(step)) {
    const found = localSecret(name, config.stateDir, process.env);
    if (found) values[name] = found.value;
  }
  return values;
}

/** The step's other secrets from the workspace; with the same question it is asked for a receipt if one must be there. */
async function askForRest(
  values: Values,
  step: JobStep,
  config: Config,
  demand: "allow" | "receipt" | "votes",
  grant: Grant | undefined,
): Promise<void> {
  const asked = secretsNamed(step).filter((name) => !(name in values));
  if (asked.length === 0 && demand === "allow") return;
  const given = (await grant?.({ secrets: asked, demand })) ?? {};
  for (const name of asked) {
    if (!Object.hasOwn(given, name)) throw missing(name, config.stateDir);
    values[name] = checked(name, given[name] as string);
  }
}

/** The file that a shell's or interpreter's first argument names, if it can be one. */
function scriptOf(argv: ValueOrSecret[], cwd: string): string | undefined {
  const first = argv[0];
  return typeof first === "string" && first !== "" && !first.startsWith("-")
    ? resolve(cwd, first)
    : undefined;
}
