/** Services: started, killed, started again, through the ends of the agent and of their supervisor. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceState } from "@tw/shared/contracts/agent-protocol";
import { type ServiceDefinition, serviceDefinitionSchema } from "@tw/shared/contracts/service";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { composeState, systemdState } from "../src/services/drivers.ts";
import { act } from "./action.ts";
import { AgentProcess, lives } from "./agent-process.ts";
import { TestHub } from "./hub.ts";
import { until } from "./until.ts";

/** Answers, says where, and has a child that leaves its group; `GET /hang` and it answers no more. */
const WEB = `import { createServer } from "node:http";
import { spawn } from "node:child_process";
const child = spawn("sleep", ["1000"], { detached: true, stdio: "ignore" });
let hangs = false;
createServer((request, response) => {
  if (request.url === "/hang") hangs = true;
  if (hangs && request.url !== "/hang") return;
  response.end(JSON.stringify({ pid: process.pid, child: child.pid, greeting: process.env.GREETING, token: process.env.TW_TOKEN ?? null }));
}).listen(Number(process.argv[2]), "127.0.0.1", () => console.log("listening as", process.pid));
`;
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let hub: TestHub;
let agent: AgentProcess;
let port: number;
let bin: string;
beforeAll(async () => {
  hub = await TestHub.start();
  bin = mkdtempSync(join(tmpdir(), "tw-stand-ins-"));
  // Long enough for the workspace to be told of each end: of what changed meanwhile it hears only the newest.
  const env = { TW_SERVICE_BACKOFF_MS: "400", PATH: `${bin}:${process.env.PATH}` };
  agent = new AgentProcess(hub, { policy: {}, env });
  port = await freePort();
  writeFileSync(join(agent.root, "web.mjs"), WEB);
  writeFileSync(join(agent.root, "broken.mjs"), "console.log('trying'); process.exit(3);\n");
  define("web", { command: ["node", "web.mjs", String(port)], env: { GREETING: "hello" } });
  await agent.start();
});
afterAll(async () => {
  for (const pid of supervisors()) end(pid);
  for (const { pid } of told().values()) if (pid !== null && lives(pid)) end(-pid);
  await agent.remove();
  rmSync(bin, { recursive: true, force: true });
  await hub.stop();
});

/** Ends a process or a group; one that ended by itself meanwhile is as good. */
function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const service = (verb: string, args: { [name: string]: string | number } = { name: "web" }) =>
  act(hub, `service-${verb}`, args, { effect: verb === "start" || verb === "stop" ? "write" : "read" });

describe("a service of the agent's own", () => {
  let pid: number;

  it("starts, with its environment and without the agent's token, and starts only once", async () => {
    const start = await service("start");
    expect(start.report).toMatchObject({ state: "succeeded", error: null });
    expect(start.outputs).toMatchObject({ name: "web", status: "running", changed: true, restarts: 0 });
    pid = start.outputs.pid as number;
    expect(await ask()).toMatchObject({ pid, greeting: "hello", token: null });
    expect((await service("start")).outputs).toMatchObject({ changed: false, pid });
    await until(() => told().get("web")?.status === "running", "the workspace to hear of it");
  });

  it("is started again when it is killed, by its policy", async () => {
    const { child } = await ask();
    process.kill(pid, "SIGKILL");
    await until(
      () => told().get("web")?.restarts === 1 && told().get("web")?.status === "running",
      "the next one",
    );
    const next = told().get("web")!.pid!;
    expect(next).not.toBe(pid);
    expect(lives(child)).toBe(false);
    expect(await answered(next)).toBe(true);
    expect(words().some((text) => text.startsWith("ended by SIGKILL; will be started again in"))).toBe(true);
    pid = next;
  });

  it("goes on while the agent is away, is started again meanwhile, and is known when it comes back", async () => {
    agent.signal("SIGTERM");
    await agent.exit;
    expect(await answered(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
    await until(() => !lives(pid), "the process to be gone");
    const next = await another(pid);
    hub.messages.length = 0;
    await agent.start();
    await until(
      () => told().get("web")?.pid === next && told().get("web")?.status === "running",
      "the agent to tell of it",
    );
    expect(told().get("web")).toMatchObject({ status: "running", restarts: 2 });
    await agent.crash();
    await agent.start();
    expect((await service("status")).outputs).toMatchObject({ pid: next });
    pid = next;
  });

  it("outlives its supervisor too: the next one takes it up as it is", async () => {
    const before = supervisors();
    expect(before).toHaveLength(1);
    process.kill(before[0]!, "SIGKILL");
    await until(() => !lives(before[0]!), "the supervisor's end");
    expect(await answered(pid)).toBe(true);
    expect((await service("status")).outputs).toMatchObject({ pid });
    await until(() => told().get("web")?.status === "running", "it to be known");
    expect(supervisors()).toHaveLength(1);
    process.kill(pid, "SIGKILL");
    await until(
      () => told().get("web")?.pid !== pid && told().get("web")?.status === "running",
      "the next one",
    );
    pid = told().get("web")!.pid!;
    expect(await answered(pid)).toBe(true);
  });

  it("is listed with all others, and its last lines can be read", async () => {
    define("idle", { command: ["sleep", "1000"], description: "never started" });
    define("elsewhere", { command: ["true"] }, ["gpu"]);
    const list = await service("list", {});
    expect(list.outputs).toMatchObject({ count: 2, running: 1, truncated: false });
    expect(list.outputs.services).toMatchObject([
      { name: "web", driver: "process", status: "running", pid },
      { name: "idle", status: "stopped", description: "never started", pid: null },
    ]);
    const { outputs } = await service("logs", { name: "web", lines: 2 });
    expect((outputs.lines as string[]).at(-1)).toBe(`listening as ${pid}`);
    expect((outputs.lines as string[])[0]).toContain(`started: node web.mjs ${port}`);
  });

  it("stops with everything it started; stopping it again changes nothing", async () => {
    const { child } = await ask();
    const stop = await service("stop");
    expect(stop.outputs).toMatchObject({ status: "stopped", changed: true, pid: null });
    expect([lives(pid), lives(child)]).toEqual([false, false]);
    expect((await service("stop")).outputs).toMatchObject({ changed: false });
    expect((await service("restart")).outputs).toMatchObject({ status: "running", changed: true });
    await service("stop");
  });

  it("one that hangs is ended and started again", async () => {
    const health = { port, path: "/", every_s: 1, timeout_s: 1, failures: 1 };
    define("web", { command: ["node", "web.mjs", String(port)], health });
    const start = await service("start");
    expect(start.outputs).toMatchObject({ status: "running" });
    await fetch(`http://127.0.0.1:${port}/hang`);
    await until(() => words().some((text) => text.startsWith("it does not answer")), "it to be seen");
    await until(
      () => told().get("web")?.status === "running" && told().get("web")?.restarts === 1,
      "the next one",
    );
    expect(told().get("web")!.pid).not.toBe(start.outputs.pid);
    await service("stop");
  });

  it("one that ends at once fails the start, and is tried again later and later", async () => {
    define("broken", { command: ["node", "broken.mjs"] });
    const start = await service("start", { name: "broken" });
    expect(start.report).toMatchObject({ state: "failed", error: { code: "action_failed" } });
    expect(start.report.error!.message).toMatch(
      /did not start: ended with exit code 3; will be started again in/,
    );
    await until(() => (told().get("broken")?.restarts ?? 0) >= 3, "three tries");
    const waits = hub
      .of("service_states")
      .flatMap(({ states }) => states.filter((state) => state.name === "broken"))
      .flatMap(({ message }) => /started again in ([\d.]+) s/.exec(message ?? "")?.[1] ?? [])
      .map(Number);
    expect(waits.at(-1)).toBeGreaterThan(waits[0]!);
    expect((await service("stop", { name: "broken" })).outputs).toMatchObject({ status: "stopped" });
    define("broken", { command: ["node", "broken.mjs"], restart: "no" });
    expect((await service("start", { name: "broken" })).report.state).toBe("failed");
    expect((await service("status", { name: "broken" })).outputs).toMatchObject({
      status: "failed",
      restarts: 0,
    });
  });

  it("what the policy does not allow is not started, and one of other labels is not ours", async () => {
    define("perl", { command: ["perl", "-e", "1"] });
    define("env", { command: ["sleep", "1"], env: { LD_PRELOAD: "/tmp/x.so" } });
    define("outside", { command: ["sleep", "1"], cwd: "out" });
    symlinkSync("/", join(agent.root, "out"));
    for (const name of ["perl", "env", "outside"]) {
      const { report } = await service("start", { name });
      expect([name, report.state, report.error?.code]).toEqual([name, "not_started", "policy_denied"]);
    }
    const other = await service("start", { name: "elsewhere" });
    expect(other.report.error!.message).toContain("labels gpu");
    const none = await service("start", { name: "nothing" });
    expect(none.report.error!.message).toContain("PUT /api/services/nothing");
  });
});

/** Neither systemd of a user nor docker runs where the tests run: these programs answer as theirs are documented to. */
describe("services of systemd and docker compose, with programs that stand in for theirs", () => {
  it("systemd: starts, tells, stops", async () => {
    define("db", { driver: "systemd", unit: "postgres.service" });
    standIn(
      "systemctl",
      `
case "$*" in
  *show*) printf 'LoadState=loaded\\nActiveState=%s\\nSubState=x\\nMainPID=7\\nNRestarts=2\\nResult=success\\n' "$(cat $0.state 2>/dev/null || echo inactive)" ;;
  *start*) echo active > $0.state ;;
  *stop*) echo inactive > $0.state ;;
esac`,
    );
    expect((await service("start", { name: "db" })).outputs).toMatchObject({
      status: "running",
      pid: 7,
      restarts: 2,
      changed: true,
    });
    expect((await service("start", { name: "db" })).outputs).toMatchObject({ changed: false });
    expect((await service("stop", { name: "db" })).outputs).toMatchObject({
      status: "stopped",
      changed: true,
    });
    expect(calls("systemctl")).toContain("--user start -- postgres.service");
  });

  it("compose: starts, tells, shows its lines", async () => {
    writeFileSync(join(agent.root, "compose.yaml"), "services: {}\n");
    define("cache", { driver: "compose", unit: "redis", file: "compose.yaml" });
    standIn(
      "docker",
      `
case "$*" in
  *" ps "*) [ -f $0.state ] && echo '{"Name":"shop-redis-1","State":"running","Health":"","ExitCode":0}' ;;
  *" up "*) touch $0.state ;;
  *" logs "*) echo "Ready to accept connections" ;;
esac
true`,
    );
    expect((await service("status", { name: "cache" })).outputs).toMatchObject({ status: "stopped" });
    expect((await service("start", { name: "cache" })).outputs).toMatchObject({
      status: "running",
      changed: true,
    });
    expect((await service("logs", { name: "cache" })).outputs).toMatchObject({
      lines: ["Ready to accept connections"],
    });
    expect(calls("docker")).toContain(
      `compose --file ${agent.root}/compose.yaml up --detach --no-color redis`,
    );
    standIn("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
    const failed = await service("status", { name: "cache" });
    expect(failed.report.error!.message).toContain("Cannot connect to the Docker daemon");
    const list = await service("list", {});
    expect(list.outputs.services).toContainEqual(
      expect.objectContaining({ name: "cache", status: "unknown" }),
    );
  });

  it("reads what they say of services that do not run well", () => {
    const unit = (lines: string) => systemdState("x", lines).status;
    expect(unit("LoadState=not-found\nActiveState=inactive")).toBe("unknown");
    expect(unit("LoadState=loaded\nActiveState=failed\nResult=exit-code")).toBe("failed");
    expect(unit("LoadState=loaded\nActiveState=activating\nSubState=auto-restart")).toBe("starting");
    const compose = (...found: object[]) =>
      composeState("x", found.map((one) => JSON.stringify(one)).join("\n")).status;
    expect(compose({ State: "exited", ExitCode: 0 })).toBe("stopped");
    expect(compose({ State: "exited", ExitCode: 1 })).toBe("failed");
    expect(compose({ State: "running", Health: "unhealthy" })).toBe("failed");
    expect(compose({ State: "running" }, { State: "restarting" })).toBe("starting");
    expect(composeState("x", '[{"State":"running"}]').status).toBe("running");
  });
});

function define(name: string, said: Partial<ServiceDefinition>, labels: string[] = []): void {
  const definition = serviceDefinitionSchema
    .partial()
    .required({ driver: true })
    .parse({ driver: "process", ...said });
  const full = { ...DEFAULTS, ...definition };
  hub.services = hub.services.filter((one) => one.name !== name);
  hub.services.push({ name, labels, definition: labels.length > 0 ? null : full });
}
const DEFAULTS = serviceDefinitionSchema.parse({ driver: "process" });

/** The newest the hub was told of each. */
function told(): Map<string, ServiceState> {
  return new Map(
    hub.of("service_states").flatMap(({ states }) => states.map((state) => [state.name, state] as const)),
  );
}

/** All that the hub was ever told of why they are as they are. */
function words(): string[] {
  return hub.of("service_states").flatMap(({ states }) => states.map((state) => state.message ?? ""));
}

interface Said {
  pid: number;
  child: number;
  greeting: string;
  token: string | null;
}
/** What it answers, as soon as it does: a program runs before it listens. */
async function ask(other = 0): Promise<Said> {
  let found: Said | null = null;
  for (const end = performance.now() + 30_000; performance.now() < end; ) {
    found = await fetch(`http://127.0.0.1:${port}/`)
      .then((answer) => answer.json() as Promise<Said>)
      .catch(() => null);
    if (found && found.pid !== other) return found;
    await new Promise((go) => setTimeout(go, 20));
  }
  throw new Error("the service does not answer");
}
/** Waits until the service answers as this process. */
async function answered(pid: number): Promise<boolean> {
  return (await ask()).pid === pid;
}
/** Waits until it answers as another process than this. */
async function another(pid: number): Promise<number> {
  return (await ask(pid)).pid;
}

function supervisors(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return words.includes("supervisor-process") && words.includes(agent.state) && lives(pid);
      } catch {
        return false;
      }
    });
}

function standIn(program: string, script: string): void {
  writeFileSync(join(bin, program), `#!/bin/sh\necho "$*" >> $0.calls\n${script}\n`, { mode: 0o755 });
}
function calls(program: string): string {
  return readFileSync(join(bin, `${program}.calls`), "utf8");
}

/** A port that is free, and below those that the system gives to whoever wants any: the service listens on it again and again. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const free = await new Promise<boolean>((go) => {
      server.once("error", () => go(false)).listen(port, "127.0.0.1", () => go(true));
    });
    if (!free) continue;
    await new Promise((go) => server.close(go));
    return port;
  }
}
