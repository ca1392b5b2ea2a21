/** What every verb gets: the workspace, the screen, and whether a program reads the answer. */
import type { Command as Commander } from "commander";
import { Api } from "./api.ts";
import { findWhere } from "./logins.ts";
import { type Screen, screenOf } from "./terminal.ts";

export interface Common {
  url?: string;
  token?: string;
  json?: boolean;
  /** False with `--no-color`. */
  color?: boolean;
}
export interface Verb {
  screen: Screen;
  json: boolean;
  env: NodeJS.ProcessEnv;
  api(): Promise<Api>;
  /** Prints the answer: as JSON for a program, or as the lines a person wants. */
  answer(value: unknown, lines: () => string[]): void;
}

/** Adds the options that every verb of the workspace has. */
export function common(command: Commander): Commander {
  return command
    .option("--url <url>", "the workspace (TW_URL, or where you signed in)")
    .option("--token <token>", "your token (TW_TOKEN, TW_TOKEN_FILE, or what tw login stored)")
    .option("--json", "answer as JSON, for programs")
    .option("--no-color", "no colours, also on a terminal");
}

export function verbOf(options: Common, env: NodeJS.ProcessEnv): Verb {
  const json = options.json === true;
  const screen = screenOf({ colour: options.color !== false, quiet: json }, env);
  return {
    screen,
    json,
    env,
    api: async () => new Api(await findWhere(options, env)),
    answer(value, lines) {
      if (json) screen.print(JSON.stringify(value, null, 2));
      else for (const line of lines()) screen.print(line);
    },
  };
}
