/** D1 databases: a copy before a change, the database put back whole, a look whether it is in order. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kept, newKept } from "./kept.ts";
import { attempt, run, wranglerFlags } from "./run.ts";
import { Failed, type Words } from "./words.ts";

const COPY = "database.sql";

/** Before a change of the local database: a dump of it. A remote one has Time Travel instead. */
export function d1Copy(words: Words): object {
  if (words.has("remote")) throw new Failed("a remote database is not copied; its bookmark is enough");
  const { id, folder } = newKept();
  const out = `--output=${join(folder, COPY)}`;
  run("wrangler", ["d1", "export", words.needed("database"), out, ...wranglerFlags(words)], false);
  return { kept: id };
}

/** Before a change of a remote database: its Time Travel bookmark. */
export function d1Bookmark(words: Words): object {
  const flags = wranglerFlags(words).filter((flag) => flag !== "--remote" && flag !== "--local");
  const argv = ["d1", "time-travel", "info", words.needed("database"), "--json", ...flags];
  return { bookmark: (JSON.parse(run("wrangler", argv, false).stdout) as { bookmark: string }).bookmark };
}

/** Makes the database what it was: from a dump file, a kept copy, or (remote) a bookmark. */
export function d1Restore(words: Words): object {
  const database = words.needed("database");
  const bookmark = words.value("bookmark");
  if (bookmark !== undefined) {
    const flags = wranglerFlags(words).filter((flag) => flag !== "--remote" && flag !== "--local");
    run("wrangler", ["d1", "time-travel", "restore", database, `--bookmark=${bookmark}`, ...flags]);
    return { restored: database, from: "bookmark" };
  }
  const id = words.value("kept");
  const file = words.value("file") ?? (id === undefined ? undefined : join(kept(id), COPY));
  if (file === undefined) throw new Failed("say what to restore from: --file, --kept or --bookmark");
  replaceBy(database, readDump(file), words);
  return { restored: database, from: id === undefined ? file : "kept copy" };
}

function readDump(file: string): string {
  let dump: string;
  try {
    dump = readFileSync(file, "utf8");
  } catch (error) {
    throw new Failed(`the dump ${file} cannot be read: ${(error as Error).message}`);
  }
  // Dropping everything and then finding nothing to put back would be worse than the fault.
  if (!/^\s*PRAGMA defer_foreign_keys/i.test(dump))
    throw new Failed(`${file} is not a dump made by wrangler d1 export; nothing was changed`);
  return dump;
}

/** One file that drops all there is and runs the dump: wrangler applies a file as one transaction, so it is all or nothing. */
function replaceBy(database: string, dump: string, words: Words): void {
  const query = `SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view', 'trigger')
    AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name NOT LIKE '~_cf~_%' ESCAPE '~' AND sql IS NOT NULL`;
  const { stdout } = run(
    "wrangler",
    ["d1", "execute", database, "--json", "--yes", `--command=${query}`, ...wranglerFlags(words)],
    false,
  );
  const [answer] = JSON.parse(stdout) as { results: { type: string; name: string }[] }[];
  // Views and triggers first: they name tables.
  const order = ["view", "trigger", "table"];
  const drops = (answer?.results ?? [])
    .sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type))
    .map(({ type, name }) => `DROP ${type.toUpperCase()} IF EXISTS "${name.replaceAll('"', '""')}";`);
  const folder = mkdtempSync(join(tmpdir(), "tw-kit-"));
  try {
    const file = join(folder, "restore.sql");
    writeFileSync(file, `PRAGMA defer_foreign_keys=TRUE;\n${drops.join("\n")}\n${dump}\n`, { mode: 0o600 });
    run("wrangler", ["d1", "execute", database, "--yes", `--file=${file}`, ...wranglerFlags(words)], false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Fails when a migration is pending or a foreign key leads nowhere. */
export function d1Verify(words: Words): object {
  const database = words.needed("database");
  const list = run("wrangler", ["d1", "migrations", "list", database, ...wranglerFlags(words)], false);
  const pending = Array.from(list.stdout.matchAll(/^│ (\S.*\.sql)\s*│$/gm), (match) => match[1]!.trim());
  if (pending.length > 0) throw new Failed(`migrations are still pending: ${pending.join(", ")}`);
  if (!/No migrations to apply/i.test(list.stdout))
    throw new Failed(`wrangler answered something unknown:\n${list.stdout}`);
  const check = attempt(
    "wrangler",
    [
      "d1",
      "execute",
      database,
      "--json",
      "--yes",
      "--command=PRAGMA foreign_key_check",
      ...wranglerFlags(words),
    ],
    false,
  );
  if (check.code !== 0)
    throw new Failed(`the database does not answer: ${check.stderr.trim().slice(0, 500)}`);
  const [answer] = JSON.parse(check.stdout) as { results: object[] }[];
  const broken = answer?.results.length ?? 0;
  if (broken > 0)
    throw new Failed(
      `${broken} rows refer to rows that do not exist: ${JSON.stringify(answer?.results.slice(0, 3))}`,
    );
  return { pending: 0, broken_references: 0 };
}
