/** The commands on services: what is asked for is looked up in the workspace, held against this machine's policy, and done by its driver. */
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import type { ServiceState } from "@tw/shared/contracts/agent-protocol";
import type { ServiceDefinition } from "@tw/shared/contracts/service";
import { NoAnswer } from "../connection.ts";
import { findProgram, projectPath } from "../find-program.ts";
import { type ActionContext, ActionFailed, fitting, neededArg, numberArg } from "../ide/context.ts";
import { NotStarted } from "../not-started.ts";
import type { Outputs } from "../outputs.ts";
import { driverOf } from "./drivers.ts";
import { onState, supervisorOf } from "./keep.ts";
import { logPath, type ServiceProgram } from "./program.ts";

const POLL_MS = 500;
const LOG_READ = 1024 * 1024;
interface Named {
  name: string;
  definition: ServiceDefinition;
}

/** Outputs of a state, and `changed`: it was not running before. */
export async function startService(context: ActionContext): Promise<Outputs> {
  const service = await named(context);
  const before = await stateOf(context, service);
  if (before.status === "running") return outputsOf(context, before, false);
  const changed = await begin(context, service);
  return outputsOf(context, await untilUp(context, service), changed || before.status !== "starting");
}

/** Outputs of a state, and `changed`: it was running, or about to. */
export async function stopService(context: ActionContext): Promise<Outputs> {
  const service = await named(context);
  const { name, definition } = service;
  if (definition.driver === "process") {
    const { changed } = await supervisor(context).ask({ do: "stop", name });
    return outputsOf(context, await stateOf(context, service), changed);
  }
  const before = await stateOf(context, service);
  if (before.status === "stopped") return outputsOf(context, before, false);
  await driverOf(context, name, definition).stop();
  return outputsOf(context, await stateOf(context, service), before.status !== "failed");
}

/** Outputs of a state, and `changed`, which is always true. */
export async function restartService(context: ActionContext): Promise<Outputs> {
  const service = await named(context);
  const { name, definition } = service;
  if (definition.driver === "process") {
    // First what can be refused: a service that runs is not stopped for one that may not.
    const program = programOf(context, service);
    await supervisor(context).ask({ do: "stop", name });
    context.signal.throwIfAborted();
    await supervisor(context).ask({ do: "start", program });
  } else await driverOf(context, name, definition).restart();
  return outputsOf(context, await untilUp(context, service), true);
}

/** Outputs of a state. */
export async function serviceStatus(context: ActionContext): Promise<Outputs> {
  return outputsOf(context, await stateOf(context, await named(context)));
}

/** Outputs `services` (name, driver, description, and the state of each), `running`, `count`. */
export async function listServices(context: ActionContext): Promise<Outputs> {
  const told = await definitions(context, null);
  const states: (ServiceState & { driver: string; description: string })[] = [];
  for (const { name, definition } of told) {
    if (definition === null) continue;
    const { driver, description } = definition;
    // One that cannot be looked at must not hide the others.
    const state = await stateOf(context, { name, definition }).catch((error: Error) => {
      context.signal.throwIfAborted();
      return {
        name,
        status: "unknown" as const,
        pid: null,
        restarts: 0,
        message: error.message.slice(0, 500),
      };
    });
    states.push({ ...state, driver, description });
  }
  context.services.tell(states.map(({ driver: _driver, description: _description, ...state }) => state));
  for (const state of states) context.say(line(state));
  const { items, truncated } = fitting(states);
  return {
    services: items as unknown as Outputs[string],
    count: states.length,
    running: states.filter((state) => state.status === "running").length,
    truncated,
  };
}

/** Outputs `lines`, newest last, and `truncated`. They are in the step's log too. */
export async function serviceLogs(context: ActionContext): Promise<Outputs> {
  const { name, definition } = await named(context);
  const wanted = numberArg(context, "lines") ?? 100;
  const text =
    definition.driver === "process"
      ? endOf(logPath(context.config.stateDir, name))
      : await driverOf(context, name, definition).logs(wanted);
  const lines = text.replace(/\n$/, "").split("\n").slice(-wanted);
  for (const one of lines) context.say(one);
  const newest = fitting(lines.toReversed());
  return { name, lines: newest.items.toReversed(), truncated: newest.truncated };
}

/** The service the step names, as this agent is to keep it. Throws NotStarted. */
async function named(context: ActionContext): Promise<Named> {
  const name = neededArg(context, "name");
  const [told] = await definitions(context, [name]);
  if (!told)
    throw new NotStarted(
      "invalid_args",
      `There is no service "${name}" in this workspace. Define it: PUT /api/services/${name}.`,
    );
  if (told.definition === null)
    throw new NotStarted(
      "invalid_args",
      `The service ${name} is kept by agents with the labels ${told.labels.join(", ")}, and this is none. Run the command with these labels.`,
    );
  return { name, definition: told.definition };
}

async function definitions(context: ActionContext, names: string[] | null) {
  try {
    return await context.services.definitions(names);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    throw new ActionFailed("The workspace did not say what the service is. Try again.", "unavailable");
  }
}

async function begin(context: ActionContext, service: Named): Promise<boolean> {
  const { name, definition } = service;
  if (definition.driver === "process")
    return (await supervisor(context).ask({ do: "start", program: programOf(context, service) })).changed;
  await driverOf(context, name, definition).start();
  return true;
}

/** What will be started, once the policy has agreed to every part of it. Throws PolicyDenied or NotStarted. */
function programOf(context: ActionContext, { name, definition }: Named): ServiceProgram {
  const { command, env, restart, health } = definition;
  const [program = "", ...argv] = command;
  const { config, guard } = context;
  const cwd = guard.cwd(definition.cwd);
  guard.env(Object.keys(env));
  const file = findProgram(program, cwd, config.root, context.path);
  guard.program(program, file, context.path);
  if (file === null)
    throw new NotStarted(
      "prerequisite_missing",
      `The program "${program}" was not found: neither in the project nor on PATH.`,
    );
  const path = projectPath(cwd, config.root, context.path);
  return { name, program, file, argv, cwd, env: { ...env, PATH: path }, restart, health };
}

async function stateOf(context: ActionContext, { name, definition }: Named): Promise<ServiceState> {
  if (definition.driver !== "process") return driverOf(context, name, definition).state();
  const none: ServiceState = { name, status: "stopped", pid: null, restarts: 0, message: null };
  if (!supervisor(context).needed) return none;
  const { states } = await supervisor(context).ask({ do: "list" });
  return states.find((state) => state.name === name) ?? none;
}

/** Waits until it is up. Throws ActionFailed when it fails or takes longer than `wait_s`; it then goes on as its restart policy says. */
async function untilUp(context: ActionContext, service: Named): Promise<ServiceState> {
  const waitS = numberArg(context, "wait_s") ?? 30;
  const end = performance.now() + waitS * 1_000;
  let state = await stateOf(context, service);
  while (state.status !== "running") {
    if (waitS === 0) return state;
    if (state.status === "failed" || state.status === "stopped") {
      context.services.tell([state]);
      throw new ActionFailed(
        `The service ${service.name} did not start: ${state.message ?? state.status}. service-logs shows what it printed.`,
      );
    }
    if (performance.now() > end)
      throw new ActionFailed(
        `The service ${service.name} is not up after ${waitS} s (${state.status}); it is left as it is.`,
        "timeout",
      );
    await nextChange(context, service.name);
    state = await stateOf(context, service);
  }
  return state;
}

async function nextChange({ signal }: ActionContext, name: string): Promise<void> {
  await new Promise<void>((go) => {
    const over = () => {
      clearTimeout(timer);
      hearing.dispose();
      signal.removeEventListener("abort", over);
      go();
    };
    const timer = setTimeout(over, POLL_MS);
    const hearing = onState((state) => state.name === name && over());
    signal.addEventListener("abort", over, { once: true });
  });
  signal.throwIfAborted();
}

function supervisor(context: ActionContext) {
  return supervisorOf(context.config, context.services);
}

function outputsOf(context: ActionContext, state: ServiceState, changed?: boolean): Outputs {
  context.services.tell([state]);
  context.say(line(state));
  return { ...state, ...(changed === undefined ? {} : { changed }) };
}

function line({ name, status, pid, restarts, message }: ServiceState): string {
  const facts = [
    pid === null ? null : `pid ${pid}`,
    restarts > 0 ? `started again ${restarts} times` : null,
    message,
  ];
  const known = facts.filter((fact) => fact !== null).join(", ");
  return `${name}: ${status}${known === "" ? "" : ` (${known})`}`;
}

/** The last part of a file; lines of before it was cut are in the one beside it. */
function endOf(path: string): string {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const older = size < LOG_READ && existsSync(`${path}.1`) ? tail(`${path}.1`, LOG_READ - size) : "";
  return older + tail(path, LOG_READ);
}

function tail(path: string, bytes: number): string {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return "";
  const fd = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const read = readSync(fd, buffer, 0, buffer.length, size - buffer.length);
    return buffer.subarray(0, read).toString("utf8");
  } finally {
    closeSync(fd);
  }
}
