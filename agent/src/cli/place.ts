/** Which agent of this machine is meant: its options as at its start, without its token. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command as Commander } from "commander";
import { type Config, type Options, readConfig } from "../config.ts";
import { findWhere } from "./logins.ts";

/** Options that say which agent. */
export function placeOptions(command: Commander): Commander {
  return command
    .option("--url <url>", "the workspace (TW_URL, or where you signed in)")
    .option("--root <dir>", "the agent's root (TW_ROOT, or here)")
    .option("--state <dir>", "the agent's state directory (TW_STATE)")
    .option("--policy <file>", "the policy file (TW_POLICY)")
    .option("--json", "answer as JSON");
}

/** What to say of a place at which no agent has run: what is kept there helps nobody. Its journal is there from its first start on. */
export function strange(stateDir: string): string[] {
  if (existsSync(join(stateDir, "journal.ndjson"))) return [];
  return ["! No agent has run with that state yet. Give --root, or --state, as yours is started with."];
}

/** Its settings. Throws ConfigError or UsageError when it cannot be told which agent is meant. */
export async function placeOf(options: Options, env: NodeJS.ProcessEnv): Promise<Config> {
  const named = options.url ?? env.TW_URL;
  // With a state directory the address matters no more.
  const anywhere = (options.state ?? env.TW_STATE) ? "http://localhost" : undefined;
  const url = named ?? anywhere ?? (await findWhere({ token: "none" }, env)).url;
  return readConfig({ ...options, url, token: "none" }, env);
}
