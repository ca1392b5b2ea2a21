#!/usr/bin/env node
/** The `tw` command line. Each verb loads only what it needs: the agent must start quickly and stay small. */
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";

// Memory for young objects stays as small as it begins. V8 would let it grow to 100 MB under a flood of output, and keep it.
setFlagsFromString("--semi-space-growth-factor=1");
// Stripping types costs more than all else at the start, and its tools stay in memory: done once, then kept.
enableCompileCache(join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "tw"));

const AGENT_OPTIONS = {
  url: { type: "string" },
  token: { type: "string" },
  "token-file": { type: "string" },
  root: { type: "string" },
  labels: { type: "string" },
  capacity: { type: "string" },
  state: { type: "string" },
  policy: { type: "string" },
  "approval-key": { type: "string" },
} as const;

async function main(argv: string[]): Promise<number> {
  const [noun, verb, ...rest] = argv;
  const asksHelp = rest.some((word) => word === "--help" || word === "-h");
  if (noun === "agent" && verb === "start" && !asksHelp) return start(rest);
  if (noun === "__complete") return complete(rest);
  if (noun === undefined && process.stdin.isTTY && process.stdout.isTTY)
    return (await import("./cli/palette.ts")).palette(process.env);
  return (await import("./cli/program.ts")).tw(noun === undefined ? ["--help"] : argv, process.env);
}

async function start(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: AGENT_OPTIONS });
  if (!values.url && !process.env.TW_URL) {
    const url = (await import("./cli/logins.ts")).currentUrl(process.env);
    if (url) values.url = url;
  }
  const { pathWithOwn, readConfig } = await import("./config.ts");
  process.env.PATH = pathWithOwn(process.env.PATH);
  const config = readConfig(values, process.env);
  const { startAgent } = await import("./agent.ts");
  const agent = await startAgent(config, (line) => process.stderr.write(`tw agent: ${line}\n`));
  process.on("SIGTERM", () => agent.drain());
  process.on("SIGINT", () => agent.drain());
  if (config.parentWatch) {
    process.stdin.on("end", () => agent.abandon()).on("error", () => agent.abandon());
    process.stdin.resume();
  }
  return agent.ended;
}

/** For the shell, not for people: what could stand where the last of the words begins. */
async function complete(rest: string[]): Promise<number> {
  const [{ programOf }, completions] = await Promise.all([
    import("./cli/program.ts"),
    import("./cli/completions.ts"),
  ]);
  const words = rest[0] === "--" ? rest.slice(1) : rest;
  for (const line of completions.complete(
    words,
    programOf(process.env, () => {}),
    process.env,
  ))
    process.stdout.write(`${line}\n`);
  return 0;
}

// Whoever reads the output may have read enough: `tw runs | head`. A run that is followed then has no end to tell of (see `watch`).
process.stdout.on("error", unwritten);
function unwritten(error: NodeJS.ErrnoException): never {
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`tw: the answer could not be written: ${error.message}\n`);
  process.exit(1);
}
// Nobody reads what is told besides; an agent works on all the same.
process.stderr.on("error", () => {});

main(process.argv.slice(2)).then(
  // That the disk is full is told only after the write.
  (code) => process.stdout.write("", () => setImmediate(() => process.exit(code))),
  async (error) => process.exit((await import("./cli/program.ts")).failed(error)),
);
