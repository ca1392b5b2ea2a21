/** `tw agent install|uninstall|status|logs`: the agent as a service of the person. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { ConfigError, givenToken, type Options, readConfig } from "../config.ts";
import { tokenRefused } from "../doctor.ts";
import { onPath } from "../find-program.ts";
import { isHeld } from "../state-lock.ts";
import { Api, ApiError } from "./api.ts";
import { UsageError } from "./arguments.ts";
import { EXIT } from "./exit-codes.ts";
import { currentUrl, findWhere } from "./logins.ts";
import { planService, type ServiceOf, type ServicePlan } from "./service-files.ts";

type Env = NodeJS.ProcessEnv;
interface Named {
  name: string;
  json?: boolean;
}

/** Writes the service's file and the token, and has the service manager start it, where there is one. */
export async function install(
  options: Options & Named & { print?: boolean },
  env: Env,
  platform: NodeJS.Platform = process.platform,
): Promise<number> {
  checkName(options.name);
  const { token, ...where } = await tokenOf(options, env, options.print === true);
  const config = readConfig({ ...options, ...where, token }, env);
  const of: ServiceOf = {
    name: options.name,
    node: process.execPath,
    main: resolve(process.argv[1] ?? ""),
    url: config.url,
    root: config.root,
    stateDir: config.stateDir,
    tokenFile: join(config.stateDir, "token"),
    labels: config.labels,
    capacity: config.capacity,
    policyFile: config.policyFile && resolve(config.policyFile),
    approvalKey: config.approvalKey,
    // Without what is relative: a service's own directory is another.
    path: (env.PATH ?? "").split(delimiter).filter(isAbsolute).join(delimiter),
  };
  const plan = planService(of, homes(env), platform, process.getuid?.() ?? 0);
  if (!plan)
    throw new UsageError(
      `There is no service manager for ${platform} here. Run tw agent start in whatever keeps programs running.`,
    );
  if (options.print) {
    say(options, { ...described(plan), text: plan.text }, [
      `would write ${plan.file}:`,
      ...plan.text
        .trimEnd()
        .split("\n")
        .map((line) => `  ${line}`),
      ...plan.load.map((argv) => `would run ${argv.join(" ")}`),
    ]);
    return EXIT.done;
  }
  const why = await tokenRefused(config.url, token).catch(() => null);
  if (why) throw new ApiError(401, `No agent can work with this token: ${why}. Nothing was installed.`);
  writePrivate(of.tokenFile, `${token}\n`);
  mkdirSync(dirname(plan.file), { recursive: true });
  writeFileSync(plan.file, plan.text, { mode: 0o600 });
  writePrivate(recordFile(env, options.name), JSON.stringify({ of, platform }, null, 2));
  const loaded = await runAll(plan.load, env);
  say(options, { ...described(plan), loaded: loaded.state, problem: loaded.problem }, [
    `✓ wrote ${plan.file}`,
    loaded.state === "done"
      ? `✓ ${options.name} runs; tw agent status shows how it is`
      : loaded.state === "absent"
        ? `· ${plan.load[0]?.[0]} is not here, so nothing was started. Where it is: ${plan.load.map((argv) => argv.join(" ")).join(" && ")}`
        : `✗ it could not be started: ${loaded.problem}`,
    ...(plan.manager === "systemd" && loaded.state === "done"
      ? ["  It runs while you are logged in; loginctl enable-linger lets it run always."]
      : []),
  ]);
  return loaded.state === "failed" ? EXIT.failed : EXIT.done;
}

/** Stops the service and removes its file. What the agent keeps (journal, secrets, policy) stays. */
export async function uninstall(options: Named, env: Env): Promise<number> {
  const { of, plan } = installed(options.name, env);
  const unloaded = await runAll(plan.unload.slice(0, 1), env);
  rmSync(plan.file, { force: true });
  rmSync(of.tokenFile, { force: true });
  rmSync(recordFile(env, options.name), { force: true });
  if (unloaded.state !== "absent") await runAll(plan.unload.slice(1), env);
  say(options, { ...described(plan), unloaded: unloaded.state, problem: unloaded.problem }, [
    `✓ removed ${plan.file}`,
    ...(unloaded.state === "failed" ? [`· ${unloaded.problem}`] : []),
    `  ${of.stateDir} stays: journal, secrets, policy`,
  ]);
  return EXIT.done;
}

/** 0 when it runs, 1 when not. */
export async function status(options: Named, env: Env): Promise<number> {
  const { of, plan } = installed(options.name, env);
  const shown = await runOne(plan.show, env);
  const facts = shown.out
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^(?:\w+=|state = |pid = |last exit code = )/.test(line));
  const runs = isHeld(of.stateDir);
  say(
    options,
    {
      ...described(plan),
      running: runs,
      url: of.url,
      root: of.root,
      state: of.stateDir,
      manager_says: facts,
    },
    [
      runs ? `✓ ${options.name} runs` : `✗ ${options.name} does not run`,
      `  ${of.url}, root ${of.root}, capacity ${of.capacity}${of.labels.length > 0 ? `, labels ${of.labels.join(", ")}` : ""}`,
      `  ${plan.file}, state in ${of.stateDir}`,
      ...(facts.length > 0 ? [`  ${plan.manager}: ${facts.join(", ")}`] : []),
      ...(shown.absent ? [`  ${plan.show[0]} is not here`] : []),
    ],
  );
  return runs ? EXIT.done : EXIT.failed;
}

export async function logs(
  options: { name: string; follow?: boolean; lines: string },
  env: Env,
): Promise<number> {
  const { plan } = installed(options.name, env);
  if (!/^\d{1,6}$/.test(options.lines)) throw new UsageError("--lines takes a whole number.");
  const [program = "", ...argv] = plan.logs(options.lines, options.follow === true);
  const found = onPath(program, env.PATH ?? "");
  if (!found) throw new UsageError(`${program}, which has the service's output, is not here.`);
  const child = spawn(found, argv, { stdio: "inherit", env });
  return new Promise((settle, fail) => {
    child.once("error", fail).once("exit", (code) => settle(code ?? EXIT.interrupted));
  });
}

/** The agent's token: given, or of an agent that is registered now as whoever is signed in here. */
async function tokenOf(
  options: Options & Named,
  env: Env,
  onlyLook: boolean,
): Promise<{ token: string; url?: string }> {
  const given = givenToken(options, env);
  if (given) {
    const url = options.url || env.TW_URL || currentUrl(env);
    return { token: given, ...(url ? { url } : {}) };
  }
  const where = await findWhere(options, env).catch(() => null);
  if (!where)
    throw new ConfigError(
      "No token given: use --token-file or TW_TOKEN with an agent's token, or sign in (tw login URL) and this registers one.",
    );
  if (onlyLook) return { token: "(of the agent that is registered then)", url: where.url };
  const labels = (options.labels ?? env.TW_LABELS ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
  const { token } = await new Api(where).post<{ token: string }>("/api/agents", {
    name: options.name === "tw-agent" ? hostname() : `${hostname()} ${options.name}`,
    labels,
  });
  return { token, url: where.url };
}

function installed(name: string, env: Env): { of: ServiceOf; plan: ServicePlan } {
  checkName(name);
  const file = recordFile(env, name);
  if (!existsSync(file))
    throw new UsageError(
      `No agent is installed as a service under the name "${name}" here; tw agent install does it. One that was begun with tw agent start tells of itself where it was started, and in the console.`,
    );
  const { of, platform } = JSON.parse(readFileSync(file, "utf8")) as {
    of: ServiceOf;
    platform: NodeJS.Platform;
  };
  const plan = planService(of, homes(env), platform, process.getuid?.() ?? 0);
  if (!plan) throw new UsageError(`${file} is of another system.`);
  return { of, plan };
}

function homes(env: Env): { home: string; config: string } {
  const home = env.HOME || homedir();
  return { home, config: env.XDG_CONFIG_HOME || join(home, ".config") };
}
function recordFile(env: Env, name: string): string {
  return join(homes(env).config, "tw", "services", `${name}.json`);
}
function checkName(name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,60}$/.test(name))
    throw new UsageError("--name takes letters, digits, - and _.");
}
function writePrivate(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
}
function described(plan: ServicePlan) {
  return { manager: plan.manager, file: plan.file, load: plan.load, unload: plan.unload };
}
function say(options: { json?: boolean }, value: object, lines: string[]): void {
  process.stdout.write(`${options.json ? JSON.stringify(value, null, 2) : lines.join("\n")}\n`);
}

interface Ran {
  state: "done" | "absent" | "failed";
  problem: string | null;
}
/** Runs one after the other, up to the first that fails. */
async function runAll(commands: string[][], env: Env): Promise<Ran> {
  for (const argv of commands) {
    const ran = await runOne(argv, env);
    if (ran.absent) return { state: "absent", problem: null };
    if (ran.code !== 0)
      return { state: "failed", problem: `${argv.join(" ")}: ${ran.out.trim() || `exit code ${ran.code}`}` };
  }
  return { state: "done", problem: null };
}

async function runOne(argv: string[], env: Env): Promise<{ code: number; out: string; absent: boolean }> {
  const [program = "", ...rest] = argv;
  const found = onPath(program, env.PATH ?? "");
  if (!found) return { code: 127, out: "", absent: true };
  const child = spawn(found, rest, { stdio: ["ignore", "pipe", "pipe"], env });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (out += bytes));
  const code = await new Promise<number>((settle) => {
    child.once("error", () => settle(127)).once("close", (code) => settle(code ?? 1));
  });
  return { code, out, absent: false };
}
