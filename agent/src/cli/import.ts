/** `tw import`: shows what files of this directory would become, asks, and brings it into the workspace. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { createInterface } from "node:readline";
import { Interrupted, UsageError } from "./arguments.ts";
import { EXIT } from "./exit-codes.ts";
import type { Verb } from "./verb.ts";

interface Item {
  slug: string;
  path: string;
  name: string;
  action: "create" | "update" | "unchanged" | "conflict" | "confirm" | "skip";
  reason: string | null;
  conflict: string | null;
  warnings: string[];
  script: { path: string; text: string } | null;
}
interface Result {
  items: Item[];
  gone: { slug: string; path: string; name: string }[];
}
type Print = (line: string) => void;

/** Read in a directory when only that is named. */
const USUAL =
  "{package.json,{GNUm,m,M}akefile,*.mk,{.,}{j,J}ustfile,*.just,.warp/**/*.{yml,yaml},.github/workflows/*.{yml,yaml}}";
const SIGNS = { create: "+", update: "~", unchanged: "=", conflict: "!", confirm: "?", skip: "-" };

interface ImportOptions {
  kind?: string;
  replace?: string[];
  scripts?: boolean;
  yes?: boolean;
}

/** Exit code: 0 done, 1 not confirmed, 2 wrong use. */
export async function importFiles(verb: Verb, paths: string[], options: ImportOptions): Promise<number> {
  const { print } = verb.screen;
  const files = (await found(paths)).map((path) => ({ path, text: readFileSync(path, "utf8") }));
  if (files.length === 0) throw new UsageError(`there is no file of a known kind in ${paths.join(", ")}`);
  const api = await verb.api();
  const ask = {
    files,
    ...(options.kind ? { kind: options.kind } : {}),
    ...(options.replace ? { replace: options.replace } : {}),
    ...(options.scripts ? { scripts: true } : {}),
  };
  const preview = await api.post<Result>("/api/import", { ...ask, dry_run: true });
  if (!verb.json) show(preview, print);
  const changes = preview.items.filter(({ action }) => action === "create" || action === "update");
  if (!options.yes && changes.length > 0 && !(await agreed(changes))) {
    print("Nothing was imported.");
    return EXIT.failed;
  }
  const done = await api.post<Result>("/api/import", { ...ask, dry_run: false });
  for (const { script } of done.items.filter(({ action, script }) => script && action !== "confirm"))
    if (script) placeScript(script, verb.json ? verb.screen.note : print);
  verb.answer(done, () => [`${changes.length} command${changes.length === 1 ? "" : "s"} imported.`]);
  return EXIT.done;
}

/** Paths relative to here, with slashes: the commands will run from here. */
async function found(named: string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const one of named) {
    if (!statSync(one, { throwIfNoEntry: false })) throw new UsageError(`there is no ${one}`);
    if (!statSync(one).isDirectory()) paths.push(one);
    else for await (const path of glob(USUAL, { cwd: one })) paths.push(join(one, path));
  }
  const here = paths.map((path) => relative(process.cwd(), path).split(sep).join("/"));
  const outside = here.find((path) => path.startsWith("../"));
  if (outside)
    throw new UsageError(
      `${outside} lies outside this directory, and what is imported runs from here; call tw import in its own folder`,
    );
  return [...new Set(here)].sort();
}

function show({ items, gone }: Result, print: Print): void {
  for (const item of items) {
    const why = item.reason ?? item.conflict ?? "";
    print(
      `${SIGNS[item.action]} ${item.slug.padEnd(34)} ${item.path}: ${item.name}${why ? `  (${why})` : ""}`,
    );
    for (const warning of item.warnings) print(`    ${warning}`);
    if (item.action === "conflict")
      print(`    it is left out; --replace ${item.slug} takes it in place of the other`);
    if (item.action === "confirm" && item.script)
      print(
        [
          "    --scripts writes and imports it:",
          ...item.script.text
            .trimEnd()
            .split("\n")
            .map((line) => `      ${line}`),
        ].join("\n"),
      );
  }
  for (const { slug, path, name } of gone)
    print(`  ${slug}: ${path} has "${name}" no more; the command stays`);
}

async function agreed(changes: Item[]): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError("nobody is here to confirm: look at the list and add --yes");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await new Promise<string | null>((settle) => {
    // Ctrl-C and Ctrl-D close it without an answer.
    terminal
      .once("close", () => settle(null))
      .question(`Import ${changes.length} command${changes.length === 1 ? "" : "s"}? [y/N] `, settle);
  });
  terminal.close();
  if (answer === null) throw new Interrupted("Nothing was imported.");
  return /^y(es)?$/i.test(answer.trim());
}

/** A file that is there already is the person's own and stays. */
function placeScript({ path, text }: { path: string; text: string }, print: Print): void {
  if (statSync(path, { throwIfNoEntry: false })) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o755 });
  print(`wrote ${path}`);
}
