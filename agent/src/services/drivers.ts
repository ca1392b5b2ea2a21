/** Services that another program keeps: systemd for this user, docker compose. Their own words become our states. */
import type { ServiceState } from "@tw/shared/contracts/agent-protocol";
import type { ServiceDefinition } from "@tw/shared/contracts/service";
import { onPath } from "../find-program.ts";
import { type ActionContext, ActionFailed, existingFile, shown } from "../ide/context.ts";
import { runTool } from "../ide/run-tool.ts";
import { NotStarted } from "../not-started.ts";

export interface Driver {
  /** Throws ActionFailed with what the program said. */
  start(): Promise<void>;
  stop(): Promise<void>;
  restart(): Promise<void>;
  state(): Promise<ServiceState>;
  logs(lines: number): Promise<string>;
}
/** How systemctl and docker find whom they speak to. */
const SESSION = [
  "XDG_RUNTIME_DIR",
  "DBUS_SESSION_BUS_ADDRESS",
  "DOCKER_HOST",
  "DOCKER_CONTEXT",
  "DOCKER_CONFIG",
];

/** The driver of a service that is not kept by the supervisor. Throws NotStarted. */
export function driverOf(context: ActionContext, name: string, definition: ServiceDefinition): Driver {
  return definition.driver === "systemd"
    ? systemd(context, name, definition)
    : compose(context, name, definition);
}

function systemd(context: ActionContext, name: string, { unit }: ServiceDefinition): Driver {
  const call = caller(context, context.cwd);
  const unitName = unit ?? name;
  const ctl = (...argv: string[]) => call("systemctl", ["--user", ...argv]);
  return {
    start: async () => void (await ctl("start", "--", unitName)),
    stop: async () => void (await ctl("stop", "--", unitName)),
    restart: async () => void (await ctl("restart", "--", unitName)),
    logs: (lines) =>
      call("journalctl", [
        "--user",
        "--no-pager",
        "--output=cat",
        `--lines=${lines}`,
        `--user-unit=${unitName}`,
      ]),
    async state() {
      const properties = "--property=LoadState,ActiveState,SubState,MainPID,NRestarts,Result";
      return systemdState(name, await ctl("show", properties, "--", unitName));
    },
  };
}

/** From `systemctl show`. */
export function systemdState(name: string, text: string): ServiceState {
  const said = Object.fromEntries(
    text.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );
  const pid = Number(said.MainPID) || null;
  const restarts = Number(said.NRestarts) || 0;
  const state = (status: ServiceState["status"], message: string | null = null) => ({
    name,
    status,
    pid,
    restarts,
    message,
  });
  if (said.LoadState === "not-found") return state("unknown", "systemd knows no such unit of this user.");
  switch (said.ActiveState) {
    case "active":
    case "reloading":
      return state("running");
    case "activating":
      return state("starting", said.SubState === "auto-restart" ? "systemd will start it again" : null);
    case "failed":
      return state("failed", `systemd: ${said.Result || "failed"}`);
    case "inactive":
    case "deactivating":
      return state("stopped");
    default:
      return state("unknown", `systemd says ${said.ActiveState || "nothing"}`);
  }
}

function compose(context: ActionContext, name: string, { unit, file, cwd }: ServiceDefinition): Driver {
  const dir = context.guard.cwd(cwd);
  const given = file === null ? [] : ["--file", existingFile({ ...context, cwd: dir }, file)];
  const service = unit ?? name;
  const run = caller(context, dir);
  const call = (...argv: string[]) => run("docker", ["compose", ...given, ...argv]);
  return {
    start: async () => void (await call("up", "--detach", "--no-color", service)),
    stop: async () => void (await call("stop", service)),
    // What changed in the file counts too, as it does for the other drivers.
    restart: async () =>
      void (await call("up", "--detach", "--no-color", "--force-recreate", "--no-deps", service)),
    logs: (lines) => call("logs", "--no-color", "--no-log-prefix", `--tail=${lines}`, service),
    state: async () => composeState(name, await call("ps", "--all", "--format=json", service)),
  };
}

/** From `docker compose ps --format json`: an object per line, or (older) one list. */
export function composeState(name: string, text: string): ServiceState {
  const lines = text.trim();
  const found = (
    lines === ""
      ? []
      : lines.startsWith("[")
        ? JSON.parse(lines)
        : lines.split("\n").map((line) => JSON.parse(line))
  ) as { State?: string; Health?: string; ExitCode?: number; Status?: string }[];
  const state = (status: ServiceState["status"], message: string | null = null) => ({
    name,
    status,
    pid: null,
    restarts: 0,
    message,
  });
  // Several containers of one service: the worst of them is what a person has to know.
  const worst = (test: (one: (typeof found)[number]) => boolean) => found.find(test);
  if (found.length === 0) return state("stopped");
  const dead = worst(({ State, ExitCode }) => State === "dead" || (State === "exited" && ExitCode !== 0));
  if (dead) return state("failed", dead.Status ?? `exit code ${dead.ExitCode}`);
  const ill = worst(({ Health }) => Health === "unhealthy");
  if (ill) return state("failed", "docker says it is unhealthy");
  if (worst(({ State, Health }) => State === "restarting" || State === "created" || Health === "starting"))
    return state("starting");
  if (found.every(({ State }) => State === "running")) return state("running");
  return state("stopped");
}

function caller(context: ActionContext, cwd: string) {
  const env: Record<string, string> = {};
  for (const one of SESSION) if (process.env[one] !== undefined) env[one] = process.env[one];
  return async (program: string, argv: string[]): Promise<string> => {
    const file = onPath(program, context.path);
    context.guard.program(program, file, context.path);
    if (file === null)
      throw new NotStarted("prerequisite_missing", `The program "${program}" is not on this machine's PATH.`);
    const { code, signal, stdout, stderr } = await runTool(context, { file, argv, cwd, env });
    if (code !== 0)
      throw new ActionFailed(
        `${program} in ${shown(context, cwd)} ended with ${signal ?? `exit code ${code}`}: ${(stderr || stdout).trim().slice(0, 800)}`,
      );
    return stdout;
  };
}
