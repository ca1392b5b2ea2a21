/** `npm run library`: checks every file of `library/` and makes the stored library equal to it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type LibraryOutcome, librarySql, upsertLibrary } from "@tw/shared/db/library";
import { Command } from "commander";
import { openDataFolder } from "./data-folder.ts";
import { problemLine, readLibrary } from "./library-files.ts";
import { openDatabase } from "./local-database.ts";
import { ROOT } from "./ports.ts";
import { Refused } from "./refused.ts";

/** The files of the library that the product ships. */
export const LIBRARY_FOLDER = join(ROOT, "library");

/** Loads the library's files into the database. Throws `Refused` with a line for each problem, and then changes nothing. */
export async function loadLibrary(
  db: D1Database,
  folder: string = LIBRARY_FOLDER,
  now: number = Date.now(),
): Promise<LibraryOutcome> {
  return upsertLibrary(db, await goodLibrary(folder), now);
}

async function goodLibrary(folder: string) {
  const { commands, problems } = await readLibrary(folder);
  if (problems.length > 0)
    throw new Refused(problems.map((problem) => problemLine(folder, problem)).join("\n"));
  if (commands.length === 0)
    throw new Refused(`${folder} holds no commands; give another folder with --folder.`);
  return commands;
}

async function main(argv: string[], from: string): Promise<void> {
  const program = new Command("npm run library --")
    .description("Checks the command library and loads it. Nothing is changed when a file is wrong.")
    .option("--folder <folder>", "where the YAML files are", LIBRARY_FOLDER)
    .option("--data <folder>", "the workspace on this machine to load it into", ".tw")
    .option("--check", "only check")
    .option("--sql", "print the SQL that loads it")
    .option("--remote", "load it into the deployed workspace with wrangler")
    .option("--database <name>", "its database", "turbocharged-workspace")
    .allowExcessArguments(false)
    .parse(argv, { from: "user" });
  const options = program.opts();
  const folder = resolve(from, options.folder);
  const commands = await goodLibrary(folder);
  if (options.check) return say(`${commands.length} commands, no problem found.`);
  if (options.sql) return void process.stdout.write(await librarySql(commands, Date.now()));
  if (options.remote) return loadRemote(await librarySql(commands, Date.now()), options.database);
  const data = await openDataFolder(resolve(from, options.data));
  try {
    const database = await openDatabase(data.state);
    try {
      const outcome = await upsertLibrary(database.db, commands, Date.now());
      say(
        `${outcome.created.length} commands created, ${outcome.updated.length} updated, ` +
          `${outcome.unchanged} unchanged, ${outcome.deprecated.length} deprecated.`,
      );
    } finally {
      await database.close();
    }
  } finally {
    data.release();
  }
}

/** A file goes in as one transaction, so a load that fails leaves the library as it was. */
function loadRemote(sql: string, database: string): void {
  const folder = mkdtempSync(join(tmpdir(), "library-"));
  try {
    const file = join(folder, "library.sql");
    writeFileSync(file, sql);
    const wrangler = join(ROOT, "node_modules", ".bin", "wrangler");
    execFileSync(wrangler, remoteArgv(database, file), { stdio: "inherit" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What loads a SQL file into the deployed database. */
export function remoteArgv(
  database: string,
  file: string,
  where: "--remote" | "--local" = "--remote",
): string[] {
  const config = join(ROOT, "services", "api", "wrangler.jsonc");
  return ["d1", "execute", database, where, "--yes", "--config", config, "--file", file];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (import.meta.main) {
  try {
    await main(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  } catch (error) {
    process.stderr.write(`${error instanceof Refused ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
