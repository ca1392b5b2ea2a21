/**
 * `npm run try:agent [-- --node 22,24 --lines 200]`: packs the agent, installs the tarball in an empty directory under each Node, connects it to a
 * workspace, runs a command with nothing but the installed `tw`, and measures how soon its log is seen. Needs npm's registry.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { packAgent } from "@tw/agent/pack.ts";
import { startWorkspace } from "@tw/local/src/testing/workspace.ts";
import { liveLog, TICKER_COMMAND } from "./live-log.ts";

const run = promisify(execFile);
const { values } = parseArgs({
  options: { node: { type: "string", default: "22,24" }, lines: { type: "string", default: "200" } },
});
const dir = mkdtempSync(join(tmpdir(), "tw-try-"));
const workspace = await startWorkspace();
let agent: ChildProcess | undefined;
try {
  const tarball = await packAgent(dir);
  console.log(`packed ${tarball}`);
  const put = await workspace.request("/api/commands/bench-ticks", { method: "PUT", body: TICKER_COMMAND });
  if (!put.ok) throw new Error(await put.text());
  for (const major of values.node.split(",")) await tryUnder(major.trim(), tarball);
} finally {
  await endAgent();
  await workspace.stop();
  rmSync(dir, { recursive: true, force: true });
}

async function tryUnder(major: string, tarball: string): Promise<void> {
  const bin = await nodeOf(major);
  const [home, root, empty] = ["home", "root", "empty"].map((name) => join(dir, `${name}-${major}`)) as [
    string,
    string,
    string,
  ];
  for (const one of [home, root, empty]) mkdirSync(one);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${bin}${delimiter}/usr/local/bin${delimiter}/usr/bin${delimiter}/bin`,
    HOME: home,
  };
  for (const name of Object.keys(env)) if (/^(?:npm_|NODE_|TW_|XDG_)/i.test(name)) delete env[name];
  // npm keeps its own settings (a registry, a cache); everything else begins with nothing.
  await run("npm", ["install", "--no-audit", "--no-fund", tarball], {
    cwd: empty,
    env: { ...process.env, PATH: env.PATH },
    timeout: 300_000,
  });
  const tw = join(empty, "node_modules", ".bin", "tw");
  const say = async (...argv: string[]) =>
    (
      await run(tw, argv, { cwd: empty, env: { ...env, TW_URL: workspace.url, TW_TOKEN: workspace.token } })
    ).stdout.trim();
  const { stdout: version } = await run("node", ["--version"], { env });
  console.log(
    `\nNode ${version.trim()}: ${readdirSync(join(empty, "node_modules")).length} entries in node_modules, tw ${await say("--version")}`,
  );

  agent = spawn(tw, ["agent", "start"], {
    cwd: empty,
    env: { ...env, TW_URL: workspace.url, TW_TOKEN: workspace.agent.token, TW_ROOT: root },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  agent.stderr?.on("data", (bytes) => {
    said += bytes;
  });
  for (const end = Date.now() + 30_000; !said.includes("connected to"); ) {
    if (Date.now() > end || agent.exitCode !== null) throw new Error(`the agent did not connect: ${said}`);
    await new Promise((go) => setTimeout(go, 50));
  }
  console.log(said.trim().split("\n").at(-1));
  writeFileSync(join(root, "hello.txt"), "hello\n");
  console.log(await say("run", "ls"));
  // A program of ours that only the tarball brings.
  console.log(await say("run", "rm", 'paths=["hello.txt"]'));
  const figures = await liveLog(
    { url: workspace.url, token: workspace.token, root, tw: [tw], env },
    Number(values.lines),
  );
  console.log(
    `from the process's write to the watcher's screen: p50 ${figures.p50} ms, p95 ${figures.p95} ms (n ${figures.n})`,
  );
  await endAgent();
}

async function endAgent(): Promise<void> {
  const ending = agent;
  agent = undefined;
  if (!ending || ending.exitCode !== null) return;
  const over = new Promise((go) => ending.once("exit", go));
  ending.kill("SIGTERM");
  await over;
}

/** npm's own build of that Node; the directory it lies in. */
async function nodeOf(major: string): Promise<string> {
  const place = join(dir, `node-${major}`);
  mkdirSync(place);
  // Its install script puts the binary in place; npm asks for consent by name.
  writeFileSync(join(place, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
  await run("npm", ["install", "--no-audit", "--no-fund", `node@${major}`], { cwd: place });
  return join(place, "node_modules", "node", "bin");
}
