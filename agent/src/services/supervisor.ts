/**
 * The supervisor: a small process of its own that keeps the services of one state directory, so that they go on, and are started
 * again, whether the agent runs or not. Everything it knows is on disk: when it is killed, the next one takes the processes up by
 * pid and start time. Started by the agent with the first service, ends by itself when there is none left.
 */
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { lockState } from "../state-lock.ts";
import { type Answer, logPath, type Request, servicesFolder, socketPath, type Told } from "./program.ts";
import { type Left, Supervised } from "./supervised.ts";

const LOG_BYTES = 5 * 1024 * 1024;
const LOGS_EVERY_MS = 5_000;
const IDLE_MS = 30_000;

/** Runs until nothing is left to keep. Throws ConfigError when another one already does. */
export async function supervise(stateDir: string, root: string): Promise<void> {
  const folder = servicesFolder(stateDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  lockState(folder);
  const services = new Map<string, Supervised>();
  const sockets = new Set<Socket>();
  const file = join(folder, "services.json");

  function save(): void {
    const left: Left[] = [...services.values()].map((service) => service.record);
    writeFileSync(`${file}.new`, JSON.stringify(left), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  const at = {
    stateDir,
    root,
    changed(service: Supervised) {
      save();
      const told: Told = { state: service.state };
      for (const socket of sockets) socket.write(`${JSON.stringify(told)}\n`);
    },
  };
  for (const left of readLeft(file)) services.set(left.program.name, new Supervised(left.program, at));
  for (const left of readLeft(file)) services.get(left.program.name)?.adopt(left);

  async function handle(request: Request): Promise<Answer> {
    let changed = false;
    if (request.do === "start") {
      const { name } = request.program;
      const service = services.get(name) ?? new Supervised(request.program, at);
      services.set(name, service);
      changed = await service.start(request.program);
    } else if (request.do !== "list") {
      const service = services.get(request.name);
      changed = (await service?.stop()) ?? false;
      if (request.do === "forget") {
        services.delete(request.name);
        rmSync(logPath(stateDir, request.name), { force: true });
      }
    }
    save();
    const all = [...services.values()];
    return {
      id: request.id,
      changed,
      states: all.map((service) => service.state),
      programs: all.map((service) => service.program),
    };
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    const lines = createInterface({ input: socket }).on("error", () => {});
    lines.on("line", (line) => {
      const request = JSON.parse(line) as Request;
      void handle(request)
        .catch((error: Error): Answer => ({ id: request.id, error: error.message }))
        .then((answer) => socket.write(`${JSON.stringify(answer)}\n`));
    });
  });
  const path = socketPath(stateDir);
  // The lock is ours: a socket that is there belongs to a dead one.
  rmSync(path, { force: true });
  await new Promise<void>((go, fail) => server.once("error", fail).listen(path, go));

  await new Promise<void>((end) => {
    let idleSince = performance.now();
    const timer = setInterval(() => {
      void keepLogsSmall(stateDir, [...services.keys()]);
      if (sockets.size > 0 || [...services.values()].some((service) => !service.idle))
        idleSince = performance.now();
      if (performance.now() - idleSince < IDLE_MS) return;
      clearInterval(timer);
      end();
    }, LOGS_EVERY_MS);
  });
  server.close();
  rmSync(path, { force: true });
}

function readLeft(file: string): Left[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Left[];
  } catch {
    return [];
  }
}

/** The newest part of a log that grew too long goes to `.log.1`. The program writes at the end, wherever that is, so nothing has to be told to it. */
async function keepLogsSmall(stateDir: string, names: string[]): Promise<void> {
  for (const name of names) {
    const path = logPath(stateDir, name);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= LOG_BYTES) continue;
    try {
      await pipeline(
        createReadStream(path, { start: size - LOG_BYTES, end: size - 1 }),
        createWriteStream(`${path}.1`, { mode: 0o600 }),
      );
      truncateSync(path, 0);
    } catch {
      // A full disk: the next look tries again.
    }
  }
}
