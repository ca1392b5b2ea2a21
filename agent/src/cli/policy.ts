/** `tw agent policy init|check|explain|key`: what this machine lets the workspace do, written down, checked and explained. */
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fingerprint } from "@tw/shared/receipts/sign";
import type { Command as Commander } from "commander";
import { readPin } from "../approval-key.ts";
import { type Options, pathWithOwn } from "../config.ts";
import { findProgram } from "../find-program.ts";
import { loadPolicy, type Policy } from "../policy-file.ts";
import { POLICY_TEMPLATE } from "../policy-template.ts";
import { UsageError } from "./arguments.ts";
import { EXIT } from "./exit-codes.ts";
import { type Call, callsOf, type Judged, judge } from "./explain-policy.ts";
import { placeOf, placeOptions, strange } from "./place.ts";
import { verbOf } from "./verb.ts";

type Env = NodeJS.ProcessEnv;
type PolicyOptions = Options & { json?: boolean; program?: string; token?: string };

export function addPolicyVerbs(agent: Commander, env: Env, ended: (code: number) => void): void {
  const policy = agent.command("policy").description("what this machine lets the workspace do");
  placeOptions(
    policy.command("init").description("write a policy file with the defaults in words, to be changed"),
  ).action(async (options: PolicyOptions) => ended(await init(options, env)));
  placeOptions(policy.command("check").description("is the policy right, and what does it open?")).action(
    async (options: PolicyOptions) => ended(await check(options, env)),
  );
  placeOptions(
    policy.command("explain [command]").description("may this command of the workspace run here, and why?"),
  )
    .option("--token <token>", "your token (TW_TOKEN, or what tw login stored)")
    .option("--program <line>", 'a program and its arguments instead of a command: "git push --force"')
    .action(async (slug: string | undefined, options: PolicyOptions) =>
      ended(await explain(slug, options, env)),
    );
  placeOptions(
    policy.command("key").description("the key that receipts of approvals are believed of"),
  ).action(async (options: PolicyOptions) => ended(await key(options, env)));
}

async function init(options: PolicyOptions, env: Env): Promise<number> {
  const config = await placeOf(options, env);
  const file = config.policyFile ?? join(config.stateDir, "policy.yaml");
  for (const one of config.policyFile ? [file] : [file, join(config.stateDir, "policy.json")])
    if (existsSync(one))
      throw new UsageError(`${one} is there already; tw agent policy check tells what it says.`);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, POLICY_TEMPLATE, { mode: 0o600, flag: "wx" });
  verbOf(options, env).answer({ file, root: config.root, state: config.stateDir }, () => [
    `✓ ${file}`,
    "  It says what holds without it. Change it; a running agent obeys it from its next step on.",
    `  It is of the agent whose state is in ${config.stateDir}${config.policyFile ? " and that is started with this --policy" : ""}.`,
    ...strange(config.stateDir),
  ]);
  return EXIT.done;
}

async function check(options: PolicyOptions, env: Env): Promise<number> {
  const config = await placeOf(options, env);
  const { policy, hash, file, written } = await loadPolicy(config.policyFile, config.stateDir);
  const wrong = [...(written ? looseFile(file) : []), ...opens(policy)];
  const lost = policy.programs.filter(
    (name) => findProgram(name, config.root, config.root, pathWithOwn(env.PATH)) === null,
  );
  verbOf(options, env).answer({ file, written, hash, policy, warnings: wrong, not_found: lost }, () => [
    written ? `${file} is right.` : `There is no policy file; the defaults hold. It would be ${file}.`,
    `  hash         ${hash.slice(0, 12)}, as the workspace shows it`,
    `  commands     ${policy.commands.join(", ")}`,
    `  directories  ${policy.directories.join(", ")} under ${config.root}`,
    `  programs     ${policy.programs.length}, of which ${policy.programs.length - lost.length} are here`,
    ...Object.entries(policy.effects).map(([effect, demand]) => `  ${effect.padEnd(12)} ${MEANS[demand]}`),
    ...wrong.map((line) => `! ${line}`),
  ]);
  return EXIT.done;
}
const MEANS = {
  allow: "runs",
  pinned: "runs with a receipt of the approvals service, once this agent knows its key",
  receipt: "runs with a receipt of the approvals service",
  votes: "runs when a person has approved it",
  deny: "does not run",
} as const;

/** A file that others can change is no policy. */
function looseFile(file: string): string[] {
  const { mode, uid } = statSync(file);
  const mine = process.getuid === undefined || uid === process.getuid() || uid === 0;
  return [
    ...((mode & 0o022) !== 0 ? [`others can write ${file}; run: chmod go-w ${file}`] : []),
    ...(mine ? [] : [`${file} belongs to somebody else`]),
  ];
}

const LOADERS = [
  "LD_PRELOAD",
  "LD_LIBRARY_PATH",
  "NODE_OPTIONS",
  "BASH_ENV",
  "ENV",
  "GIT_SSH_COMMAND",
  "PATH",
  "PERL5OPT",
  "PYTHONPATH",
];
const SHELLS = [
  "sh",
  "bash",
  "dash",
  "zsh",
  "fish",
  "python",
  "python3",
  "perl",
  "ruby",
  "env",
  "xargs",
  "sudo",
];
/** What a policy opens that its writer may not have meant. */
function opens({ programs, env, directories, effects }: Policy): string[] {
  const names = LOADERS.filter((name) =>
    env.some(
      (one) => one !== "ENV" && (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : one === name),
    ),
  );
  return [
    ...SHELLS.filter((name) => programs.includes(name)).map(
      (name) => `"programs" has ${name}: with it the workspace can run any text`,
    ),
    ...names.map(
      (name) => `"env" lets the workspace set ${name}, which makes programs load or run something else`,
    ),
    ...directories
      .filter((dir) => dir.startsWith("..") || dir.startsWith("/"))
      .map((dir) => `"directories" has ${dir}, which is not under the root and never counts`),
    ...(effects.destructive === "allow"
      ? ['"effects.destructive" is allow: nobody\'s word stands before it']
      : []),
  ];
}

async function explain(slug: string | undefined, options: PolicyOptions, env: Env): Promise<number> {
  if ((slug === undefined) === (options.program === undefined))
    throw new UsageError("It is tw agent policy explain COMMAND, or explain --program LINE.");
  const config = await placeOf(options, env);
  const { policy, file } = await loadPolicy(config.policyFile, config.stateDir);
  const verb = verbOf(options, env);
  const calls: Call[] =
    slug === undefined ? [lineOf(options.program as string)] : await callsOf(await verb.api(), slug);
  const pinned = readPin(join(config.stateDir, "approval-key.json")) !== null || config.approvalKey !== null;
  const path = pathWithOwn(env.PATH);
  const judged = calls.map((call) => judge(call, policy, { root: config.root, file, path, pinned }));
  verb.answer(
    judged.map(({ call, ...rest }) => ({
      command: call.command,
      program: call.program,
      effect: call.effect,
      ...rest,
    })),
    () => judged.flatMap(linesOf),
  );
  return judged.every((one) => one.runs) ? EXIT.done : EXIT.failed;
}

function lineOf(line: string): Call {
  const [program = "", ...argv] = line.trim().split(/\s+/);
  return { command: null, program, argv, cwd: null, env: [], effect: "write" };
}

function linesOf({ call, runs, demand, reasons }: Judged): string[] {
  const what = call.command ?? [call.program, ...call.argv].join(" ");
  const how =
    demand === "votes"
      ? "runs here once a person has approved it"
      : demand === "receipt"
        ? "runs here with a receipt of the approvals service"
        : "runs here";
  return [
    `${runs ? "✓" : "✗"} ${what}${runs ? ` ${how}` : " does not run here"}`,
    ...reasons.map((one) => `    ${one}`),
  ];
}

async function key(options: PolicyOptions, env: Env): Promise<number> {
  const config = await placeOf(options, env);
  const pin = readPin(join(config.stateDir, "approval-key.json"));
  const verb = verbOf(options, env);
  const { shown, why } = await keyOfWorkspace(verb.api);
  const pinned = await Promise.all(
    (pin?.keys ?? []).map(async (one) => ({ key: one, fingerprint: await fingerprint(one) })),
  );
  const same = shown === null || pinned.length === 0 || pinned.some((one) => one.key === shown.key);
  verb.answer({ pinned, workspace: shown, ...(why === null ? {} : { why }), same }, () => [
    ...(pinned.length > 0
      ? pinned.map((one) => `pinned here     ${one.fingerprint}`)
      : ["No key is pinned here yet."]),
    shown === null ? `The workspace's key is not known: ${why}` : `the workspace's ${shown.fingerprint}`,
    ...(same
      ? []
      : [
          "✗ They are not the same: this agent refuses what needs a receipt. Ask the owner before you change it.",
        ]),
  ]);
  return same ? EXIT.done : EXIT.failed;
}

interface Key {
  key: string;
  fingerprint: string;
}
/** Not signed in, not reached, or no key there: what is pinned can be shown all the same. */
async function keyOfWorkspace(
  api: ReturnType<typeof verbOf>["api"],
): Promise<{ shown: Key | null; why: string | null }> {
  try {
    return { shown: await (await api()).get<Key>("/api/approval-key"), why: null };
  } catch (error) {
    return { shown: null, why: (error as Error).message };
  }
}
