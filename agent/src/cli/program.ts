/** The `tw` command line as commander knows it: every verb, its options and its help. What a verb does stands in its own file. */
import { Command as Commander, CommanderError, InvalidArgumentError, Option } from "commander";
import { VERSION } from "../version.ts";
import { addAgentVerbs } from "./agent-verbs.ts";
import { ApiError } from "./api.ts";
import { EXIT, EXIT_HELP, exitOfStatus } from "./exit-codes.ts";
import type { RunOptions } from "./run.ts";
import { addSecretVerbs } from "./secret.ts";
import { type Common, common, type Verb, verbOf } from "./verb.ts";

type Env = NodeJS.ProcessEnv;
const TYPES = ["builtin", "workflow", "api", "external"];
const RUN_STATUSES = [
  "queued",
  "running",
  "waiting",
  "rolling_back",
  "succeeded",
  "failed",
  "rejected",
  "cancelled",
];
/** A whole number from 1 to `most`. */
const upTo = (most: number) => (value: string) => {
  if (!/^\d{1,6}$/.test(value) || Number(value) < 1 || Number(value) > most)
    throw new InvalidArgumentError(`It takes a whole number from 1 to ${most}.`);
  return Number(value);
};
const list = (value: string, before: string[] = []) => [...before, value];

/** Runs the command line; answers the exit code. Prints what went wrong on stderr. */
export async function tw(argv: string[], env: Env): Promise<number> {
  let code: number = EXIT.done;
  const program = programOf(env, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    return failed(error);
  }
}

/** The whole tree of verbs; `ended` takes the exit code of the one that ran. */
export function programOf(env: Env, ended: (code: number) => void): Commander {
  const program = new Commander("tw")
    .description(
      "Your team's commands: found by plain words, run on your own machines, undone when they break.",
    )
    .version(VERSION, "-V, --version")
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "tw: ")) })
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
    .addHelpText(
      "after",
      `\nWithout a verb, on a terminal: the palette.\n\n${EXIT_HELP}\n\nEnvironment: TW_URL, TW_TOKEN, TW_TOKEN_FILE, NO_COLOR`,
    );

  /** A verb of the workspace: common options, one file, one function. */
  const verb = (parent: Commander, usage: string, summary: string) =>
    common(parent.command(usage).description(summary));
  const does =
    (work: (verb: Verb, ...args: never[]) => Promise<number>) =>
    async (...given: unknown[]) => {
      // Commander hands over arguments, options and the command itself.
      const options = given.at(-2) as Common;
      ended(
        await (work as (verb: Verb, ...args: unknown[]) => Promise<number>)(
          verbOf(options, env),
          ...given.slice(0, -1),
        ),
      );
    };

  program.commandsGroup("Find and run:");
  verb(program, "commands [command]", "the commands of the workspace, or what one of them takes")
    .option("--category <category>", "only those of a category")
    .addOption(new Option("--type <type>", "only those of a type").choices(TYPES))
    .action(
      does(async (verb, slug: string | undefined, options: object) => {
        const { commands, oneCommand } = await import("./run.ts");
        return slug === undefined ? commands(verb, options) : oneCommand(verb, slug);
      }),
    );
  verb(program, "search <words...>", "the commands that plain words mean, with their arguments")
    .option("--agent <agent>", "as if said on this agent's machine")
    .option("--cwd <dir>", "as if said there, relative to the agent's root")
    .action(
      does(async (verb, words: string[], options: object) =>
        (await import("./run.ts")).search(verb, words, options),
      ),
    );
  const asking = (command: Commander) =>
    command
      .option("-a, --arg <name=value>", "an argument; the same as name=value", list)
      .option("--cwd <dir>", "where the project lies, relative to the agent's root")
      .option("--agent <id>", "on this agent")
      .option("--label <label>", "on an agent with this label", list)
      .option("--note <text>", "why, for those who read it later")
      .option("--checkpoint", "ask a person before the first step")
      .option("--consent <command>", "may install what is missing", list);
  const waits = (command: Commander) =>
    command
      .option("--no-wait", "print the run's id and go")
      .option("--no-wait-for-people", "return with code 9 as soon as the run waits for a person");
  waits(asking(verb(program, "run <command> [name=value...]", "run a command and show what happens, live")))
    .option("--dry-run", "the same as tw plan")
    .action(
      does(async (verb, slug: string, words: string[], options: RunOptions) =>
        (await import("./run.ts")).run(verb, slug, words, options),
      ),
    );
  asking(verb(program, "plan <command> [name=value...]", "what a run would do; nothing is done")).action(
    does(async (verb, slug: string, words: string[], options: RunOptions) =>
      (await import("./run.ts")).plan(verb, slug, words, options),
    ),
  );

  program.commandsGroup("Runs:");
  verb(program, "runs", "runs, newest first")
    .addOption(new Option("--status <status>", "only those that are so").choices(RUN_STATUSES))
    .option("--command <command>", "only those of a command")
    .option("--limit <n>", "how many, 1 to 100", upTo(100), 20)
    .action(does(async (verb, options: object) => (await import("./runs.ts")).runs(verb, options)));
  verb(program, "logs <run>", "what a run's programs wrote")
    .option("-f, --follow", "as it is written, until the run is over")
    .option("--step <step>", "only of one step")
    .option("--attempt <n>", "only of one attempt", upTo(1_000))
    .action(
      does(async (verb, id: string, options: object) => (await import("./runs.ts")).logs(verb, id, options)),
    );
  verb(program, "cancel <run>", "stop a run; what it did is undone as it says")
    .option("--reason <text>", "why")
    .action(
      does(async (verb, id: string, options: object) =>
        (await import("./runs.ts")).cancel(verb, id, options),
      ),
    );
  waits(verb(program, "rerun <run> [name=value...]", "run it again, with the same arguments or others"))
    .option("--from-step <step>", "keep the results before this step")
    .action(
      does(async (verb, id: string, words: string[], options: object) =>
        (await import("./runs.ts")).rerun(verb, id, words, options),
      ),
    );
  waits(verb(program, "undo <run>", "undo a run that succeeded")).action(
    does(async (verb, id: string, options: object) => (await import("./runs.ts")).undo(verb, id, options)),
  );

  program.commandsGroup("Approvals:");
  verb(program, "waiting", "what waits for you to decide")
    .option("--all", "what waits for anybody")
    .action(does(async (verb, options: object) => (await import("./votes.ts")).waiting(verb, options)));
  for (const decision of ["approve", "reject"] as const)
    verb(program, `${decision} <checkpoint>`, `${decision} what waits`)
      .option("--comment <text>", "why")
      .option("--input <name=value>", "a field the checkpoint asks for", list)
      .action(
        does(async (verb, id: string, options: object) =>
          (await import("./votes.ts")).decide(verb, decision === "approve", id, options),
        ),
      );

  program.commandsGroup("This machine:");
  verb(program, "login [url]", "sign in, with a token or with a sign-in link you were mailed")
    .addOption(new Option("--store <store>", "where the token is kept").choices(["file", "keychain"]))
    .action(
      does(async (verb, url: string | undefined, options: object) =>
        (await import("./login.ts")).login(verb, url, options),
      ),
    );
  verb(program, "logout [url]", "forget the token, and revoke it if tw login made it").action(
    does(async (verb, url: string | undefined) => (await import("./login.ts")).logout(verb, url)),
  );
  verb(program, "whoami", "who you are there and what you may do").action(
    does(async (verb) => (await import("./login.ts")).whoami(verb)),
  );
  addAgentVerbs(program, env, ended);
  addSecretVerbs(program, env, ended);

  program.commandsGroup("More:");
  verb(program, "import <paths...>", "scripts, targets, recipes and workflows you have, as commands")
    .option("--yes", "do not ask")
    .option("--kind <kind>", "what kind of file it is")
    .option("--replace <slug>", "replace this command of another origin", list)
    .option("--scripts", "write wrapper scripts where they are needed")
    .action(
      does(async (verb, paths: string[], options: object) =>
        (await import("./import.ts")).importFiles(verb, paths, options),
      ),
    );
  program
    .command("completions <shell>")
    .description("completions for bash, zsh or fish")
    .addHelpText(
      "after",
      `\n  bash: eval "$(tw completions bash)"        in ~/.bashrc\n  zsh:  eval "$(tw completions zsh)"         in ~/.zshrc, after compinit\n  fish: tw completions fish > ~/.config/fish/completions/tw.fish`,
    )
    .action(async (shell: string) => ended((await import("./completions.ts")).completions(shell)));
  return pointToHelp(program, "tw");
}

/** Wrong use names the help of the verb that was used wrongly. */
function pointToHelp(command: Commander, path: string): Commander {
  const tells = command.commands.length > 0 ? "all verbs" : "how it is used";
  command.showHelpAfterError(`(${path} --help shows ${tells})`);
  for (const below of command.commands) pointToHelp(below, `${path} ${below.name()}`);
  return command;
}

/** What went wrong, on stderr; the exit code it means. */
export function failed(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const known = error as NodeJS.ErrnoException;
  // Of `tw agent start`, which does not come through commander.
  const isStart = known.code?.startsWith("ERR_PARSE_ARGS") === true;
  const isUsage = ["ConfigError", "UsageError"].includes(known.name) || isStart;
  const isApi = error instanceof ApiError;
  const isInterrupt = known.name === "Interrupted";
  // A file that cannot be read or written is told by the system in a sentence; where in our code says nothing to anybody.
  const isTold = isUsage || isApi || isInterrupt || known.syscall !== undefined;
  process.stderr.write(`tw: ${isTold ? known.message : (known.stack ?? String(error))}\n`);
  if (isStart) process.stderr.write("(tw agent start --help shows how it is used)\n");
  if (isApi) return exitOfStatus(error.status);
  if (isInterrupt) return EXIT.interrupted;
  return isUsage ? EXIT.usage : EXIT.failed;
}
