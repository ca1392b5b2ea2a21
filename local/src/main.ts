/** `npm start`: the whole workspace on one machine. */
import { mkdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ownerEmail } from "./bootstrap.ts";
import { consoleFiles } from "./console-files.ts";
import { type DataFolder, openDataFolder, starter } from "./data-folder.ts";
import { makeDemo } from "./demo.ts";
import { type Options, readOptions } from "./options.ts";
import { startAgentPart, startServerPart } from "./parts.ts";
import { choosePort, ROOT } from "./ports.ts";
import { isAlive, killAll, marked, startOf } from "./processes.ts";
import { Refused } from "./refused.ts";
import type { Supervised } from "./supervisor.ts";
import { welcome } from "./welcome.ts";

/** A killed workerd is a zombie at once, but its port is free only when the last of its threads has ended. */
const PORT_GIVEN_BACK_MS = 10_000;
const READY_WITHIN_MS = 60_000;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
// Whoever started this may close the pipe once it has read the first line.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

try {
  // npm runs scripts in the package's folder; what a person types is meant from where they are.
  const options = readOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (options) await launch(options);
} catch (error) {
  say(error instanceof Refused ? error.message : `The workspace could not be started: ${String(error)}`);
  process.exit(1);
}

async function launch(options: Options): Promise<void> {
  const data = await openDataFolder(options.data);
  const parts: Supervised[] = [];
  let stopping = false;
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // The agent first: it hands in what it has while there is somebody to take it.
    for (const part of parts.reverse()) await part.stop();
    await killAll(marked(data.path));
    data.release();
    process.exit(code);
  };
  process.on("SIGTERM", () => void stop(0));
  process.on("SIGHUP", () => void stop(0));
  process.on("SIGINT", () => void stop(130));
  watchStarter(() => void stop(0));
  try {
    const left = marked(data.path);
    await killAll(left);
    const port = await choosePort(options.port, left.length > 0 ? PORT_GIVEN_BACK_MS : 0);
    const email = ownerEmail();
    const root = options.root ?? data.workspace;
    mkdirSync(root, { recursive: true });
    const console = await consoleFiles(ROOT).catch((error: Error) => say(error.message));
    if (stopping) return;
    const server = startServerPart(options, data, port, email, console ?? undefined, say);
    parts.push(server.part);
    const [{ url, consoleUrl }] = await Promise.all([
      server.ready,
      options.demo ? demo(root, email) : undefined,
    ]);
    if (stopping) return;
    if (options.agent) {
      parts.push(startAgentPart(data, url, root, say));
      await agentOnline(url, data);
    }
    if (!stopping) process.stdout.write(welcome(options, data, { url, consoleUrl }, root));
  } catch (error) {
    if (stopping) return;
    say(error instanceof Refused ? error.message : `The workspace could not be started: ${String(error)}`);
    await stop(1);
  }
}

/** Ends this process when the npm that started it was killed: with SIGKILL it cannot pass anything on. */
function watchStarter(gone: () => void): void {
  const npm = starter();
  if (!npm) return;
  setInterval(() => {
    if (!isAlive(npm.pid) || startOf(npm.pid) !== npm.start) gone();
  }, 500).unref();
}

async function demo(root: string, email: string): Promise<void> {
  try {
    await makeDemo(root, email);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    say(`No demo project was made: ${missing ? "git was not found" : String(error)}.`);
  }
}

async function agentOnline(url: string, data: DataFolder): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await fetch(`${url}/api/agents`, {
      headers: { authorization: `Bearer ${data.identity.ownerToken}` },
    }).catch(() => undefined);
    if (answer?.ok) {
      const { items } = (await answer.json()) as { items: { id: string; status: string }[] };
      if (items.some((agent) => agent.id === data.identity.agent && agent.status === "online")) return;
    } else await answer?.body?.cancel();
    if (Date.now() > until) throw new Refused(`The agent did not come online; see ${data.logs}/agent.log.`);
    await delay(50);
  }
}
