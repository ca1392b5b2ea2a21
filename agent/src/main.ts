#!/usr/bin/env node
/** The `tw` command line. Each verb loads only what it needs: the agent must start quickly and stay small. */
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

// Stripping types costs more than all else at the start, and its tools stay in memory: done once, then kept.
enableCompileCache(join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "tw"));

const USAGE = `tw: run your team's commands, here and from here

  tw agent start --url URL --token TOKEN --root DIR   run commands of the workspace on this machine
     [--token-file FILE] [--labels a,b] [--capacity N] [--state DIR] [--policy FILE]
  tw agent doctor [the same options]                  what is found here, what is missing

  tw run COMMAND [--arg name=value]... [--cwd DIR] [--dry-run] [--checkpoint] [--no-wait] [--json]
  tw runs [--status S] [--command C]                  tw logs RUN [--step S]
  tw approve CHECKPOINT [--comment C]                 tw reject CHECKPOINT          tw cancel RUN

  tw import FILE-OR-DIRECTORY... [--yes] [--scripts]   scripts, targets, recipes and workflows you have, as commands

  TW_URL, TW_TOKEN (or TW_TOKEN_FILE), TW_ROOT, TW_LABELS, TW_CAPACITY, TW_STATE and TW_POLICY stand in for the options.
`;

const AGENT_OPTIONS = {
  url: { type: "string" },
  token: { type: "string" },
  "token-file": { type: "string" },
  root: { type: "string" },
  labels: { type: "string" },
  capacity: { type: "string" },
  state: { type: "string" },
  policy: { type: "string" },
} as const;

async function main(argv: string[]): Promise<number> {
  const [noun, verb, ...rest] = argv;
  if (noun === "agent" && verb === "start") return start(rest);
  if (noun === "agent" && verb === "doctor") {
    const { values } = parseArgs({ args: rest, options: AGENT_OPTIONS });
    return (await import("./doctor.ts")).doctor(values, process.env);
  }
  if (noun !== undefined && noun !== "agent") {
    const { cli } = await import("./cli/main.ts");
    const code = await cli(noun, argv.slice(1), process.env, (line) => process.stdout.write(`${line}\n`));
    if (code !== undefined) return code;
  }
  process.stdout.write(USAGE);
  return noun === undefined || noun === "help" || noun === "--help" ? 0 : 2;
}

async function start(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: AGENT_OPTIONS });
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

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: NodeJS.ErrnoException) => {
    const known =
      ["ConfigError", "ApiError"].includes(error.name) || error.code?.startsWith("ERR_PARSE_ARGS");
    process.stderr.write(`tw: ${known ? error.message : (error.stack ?? error)}\n`);
    process.exit(error.name === "ApiError" || !known ? 1 : 2);
  },
);
