/** Every editor command on one project, each held against what is true by other means. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { execa } from "execa";
import { compiled, digestOf, grepped, type Independent } from "./independent.ts";
import type { Done, Person } from "./person.ts";
import { type ForeignProject, git, type Rename, sourcesOf } from "./projects.ts";
import type { Row } from "./row.ts";

export interface Trial {
  project: ForeignProject;
  dir: string;
  person: Person;
  /** Errors of its own, which some TypeScripts find. */
  asItCame: number;
  independent: Independent;
  /** The agent's, where it keeps whole patches. */
  state: string;
  /** Where the stand-in for an editor writes what it was told. */
  told: string;
  row: Row;
}
const list = (log: string) =>
  [...log.matchAll(/^(.+?):(\d+):(\d+): /gm)].map(([, file, line, column]) => `${file}:${line}:${column}`);
const seconds = (s: number) => `${s.toFixed(1)} s`;
const short = (digest: string) => digest.slice(0, 12);

/** The first answer starts the language server, so it is the slow one. */
async function references({ project, dir, person, independent, row }: Trial): Promise<void> {
  for (const named of project.renames) {
    const { kind, symbol } = named;
    const done = await person.do("find-references", asked(dir, named));
    const mine = new Set(list(await done.log()));
    const theirs = await independent.references(named);
    const missing = [...theirs].filter((place) => !mine.has(place));
    const extra = [...mine].filter((place) => !theirs.has(place));
    row(
      "find-references",
      `${kind} ${symbol}`,
      `${done.outputs.count} places in ${done.outputs.files} files; TypeScript's API: ${theirs.size}`,
      done.s,
      [
        ...failed(done),
        ...(missing.length + extra.length > 0
          ? [`missing ${missing.slice(0, 3)}; not there ${extra.slice(0, 3)}`]
          : []),
        ...(done.outputs.count !== theirs.size ? [`${done.outputs.count} is not ${theirs.size}`] : []),
      ],
    );
  }
}

async function definitions({ project, dir, person, row }: Trial): Promise<void> {
  for (const { symbol, file, text, inside } of project.definitions) {
    const source = readFileSync(join(dir, file), "utf8").replace(/^\uFEFF/, "");
    const before = source.slice(0, source.indexOf(text) + text.indexOf(symbol)).split(/\r?\n/);
    const done = await person.do("goto-definition", {
      file,
      line: before.length,
      column: before.at(-1)!.length + 1,
    });
    const { file: found, line, column } = done.outputs;
    const there =
      found &&
      readFileSync(join(dir, found), "utf8")
        .replace(/^\uFEFF/, "")
        .split(/\r?\n/)[line - 1];
    row(
      "goto-definition",
      `${symbol} used in ${file}:${before.length}`,
      `${found}:${line}:${column}`,
      done.s,
      [
        ...failed(done),
        ...(String(found).startsWith(inside) ? [] : [`not in ${inside}`]),
        ...(there?.slice(column - 1).startsWith(symbol) ? [] : [`${symbol} does not stand there`]),
      ],
    );
  }
}

async function searches({ project, dir, person, row }: Trial): Promise<void> {
  for (const query of project.queries) {
    const done = await person.do("search", { ...query, limit: 1_000 });
    const mine = [...(await done.log()).matchAll(/^(.+?):(\d+): /gm)]
      .map(([, file, line]) => `${file}:${line}`)
      .sort();
    const theirs = await grepped(dir, query);
    const said = `${query.regex ? `/${query.query}/` : `"${query.query}"`}${query.path ? ` in ${query.path}` : ""}`;
    row(
      "search",
      said,
      `${done.outputs.count} lines in ${done.outputs.files} files; grep: ${theirs.length}`,
      done.s,
      [
        ...failed(done),
        ...(String(mine) === String(theirs) ||
        (mine.length === 1_000 && theirs.length > 1_000 && done.outputs.truncated)
          ? []
          : ["not the same lines"]),
      ],
    );
  }
}

async function diagnoses({ project, dir, person, row }: Trial): Promise<void> {
  const { file, from, to } = project.broken;
  const path = join(dir, file);
  const before = readFileSync(path, "utf8");
  const clean = await person.do("diagnostics", { file, severity: "error" });
  row("diagnostics", file, `${clean.outputs.errors} errors`, clean.s, [
    ...failed(clean),
    ...(clean.outputs.errors === 0 ? [] : ["it has none"]),
  ]);
  writeFileSync(path, before.replace(from, to));
  try {
    const { errors } = await compiled(dir);
    if (errors.length === 0) throw new Error(`${file} was to be broken`);
    const all = await person.do("diagnostics", { severity: "error" });
    const mine = [...(await all.log()).matchAll(/^(.+?:\d+:\d+): error (TS\d+): /gm)]
      .map(([, at, code]) => `${at} ${code}`)
      .sort();
    row(
      "diagnostics",
      `the project, ${file} broken`,
      `${all.outputs.errors} errors; tsc: ${errors.length}`,
      all.s,
      [
        ...failed(all),
        ...(String(mine) === String(errors)
          ? []
          : [`not those of tsc: ${errors.filter((one) => !mine.includes(one)).slice(0, 3)}`]),
      ],
    );
    const user = errors[0]!.replace(/:\d+:\d+ .*$/, "");
    const inFile = errors.filter((one) => one.startsWith(`${user}:`)).length;
    const one = await person.do("diagnostics", { file: user, severity: "error" });
    row("diagnostics", `${user}, ${file} broken`, `${one.outputs.errors} errors; tsc: ${inFile}`, one.s, [
      ...failed(one),
      ...(one.outputs.errors === inFile ? [] : ["not those of tsc"]),
    ]);
  } finally {
    writeFileSync(path, before);
  }
}

/** By its id, by its patch where that is short enough to be shown, and by the run: each way once. */
async function undone(trial: Trial, done: Done, way: number): Promise<{ how: string; done: Done }> {
  const { undo, patch } = done.outputs;
  if (way % 3 === 0) return { how: "the run's undo", done: await trial.person.undo(done.id) };
  if (way % 3 === 1 && patch !== null)
    return { how: "by patch", done: await trial.person.do("undo-patch", { patch }) };
  return { how: "by id", done: await trial.person.do("undo-patch", { undo }) };
}

async function renames(trial: Trial): Promise<void> {
  const { project, dir, person, independent, row } = trial;
  for (const [i, named] of project.renames.entries()) {
    const { kind, symbol, to } = named;
    const before = digestOf(dir);
    const mentions = await independent.mentions(symbol);
    const uses = await independent.references(named);
    const done = await person.do("rename-symbol", { ...asked(dir, named), new_name: to });
    const wrong = failed(done);
    const tsc = await compiled(dir);
    if (tsc.errors.length !== trial.asItCame)
      wrong.push(`tsc: ${tsc.errors.length} errors, ${tsc.errors[0]}`);
    if (wrong.length === 0) {
      const after = await independent.references({ ...named, symbol: to, at: named.at?.replace(symbol, to) });
      if (after.size !== uses.size) wrong.push(`${uses.size} uses before, ${after.size} after`);
      // Some comments name it in a way TypeScript understands, `{@link it}`; all others stay.
      const others = [...mentions].filter((place) => !uses.has(place)).length;
      const left = (await independent.mentions(symbol)).size;
      if (left !== others) wrong.push(`${others} comments and strings before, ${left} after`);
      wrong.push(...(await likeGit(trial, done)));
      row(
        "rename-symbol",
        `${kind} ${symbol} → ${to}`,
        `${done.outputs.edits} edits in ${done.outputs.file_count} files; tsc ${tsc.errors.length} errors (${seconds(tsc.s)}); ${left} comments and strings kept`,
        done.s,
        wrong,
      );
    } else row("rename-symbol", `${kind} ${symbol} → ${to}`, "", done.s, wrong);
    if (!done.outputs.undo) continue;
    const back = await undone(trial, done, i);
    const now = digestOf(dir);
    row("undo-patch", `${symbol}, ${back.how}`, `${short(before)} ${short(now)}`, back.done.s, [
      ...failed(back.done),
      ...(now === before ? [] : ["not the same bytes"]),
    ]);
    if (now !== before) await git(dir, "checkout", "--quiet", ".");
  }
}

/** The patch says what git says, line for line. */
async function likeGit({ dir, state }: Trial, done: Done): Promise<string[]> {
  const patch = readFileSync(join(state, "edits", done.outputs.undo, "patch"), "utf8");
  const { stdout } = await execa("git", ["apply", "--numstat", "-p2", "-"], { cwd: dir, input: patch });
  const mine = stdout.trim().split("\n").sort();
  const theirs = (await git(dir, "diff", "--numstat")).trim().split("\n").sort();
  return String(mine) === String(theirs) ? [] : [`its patch is not git's: ${mine[0]} and ${theirs[0]}`];
}

async function refusals({ project, dir, person, row }: Trial): Promise<void> {
  for (const { kind, symbol, file, to, why } of project.taken as (Rename & { why: string })[]) {
    const before = digestOf(dir);
    const done = await person.do("rename-symbol", { symbol, file, new_name: to });
    const now = digestOf(dir);
    row(
      "rename-symbol",
      `${kind} ${symbol} → ${to}: ${why}`,
      `${done.error?.code ?? done.status}: ${done.error?.message.slice(0, 110) ?? ""}`,
      done.s,
      [
        ...(done.error?.code === "name_taken" ? [] : ["it was not refused"]),
        ...(now === before ? [] : ["files were changed"]),
      ],
    );
    if (now !== before) await git(dir, "checkout", "--quiet", ".");
  }
}

async function formats(trial: Trial): Promise<void> {
  const { project, dir, person, row } = trial;
  for (const by of ["prettier", "biome"]) {
    const settings = join(dir, by === "biome" ? "biome.json" : ".prettierrc");
    // Not as the project is formatted, so that there is something to do.
    writeFileSync(
      settings,
      JSON.stringify(
        by === "biome"
          ? { formatter: { lineWidth: 60, indentStyle: "tab" } }
          : { printWidth: 60, tabWidth: 6 },
      ),
    );
    // The sixteenth has a byte order mark and CRLF.
    const awkward = relative(dir, sourcesOf(dir)[15] ?? "");
    for (const [i, file] of [...project.formatted, awkward].entries()) {
      const path = join(dir, file);
      const text = readFileSync(path, "utf8");
      const before = digestOf(dir);
      const done = await person.do("format-document", { file });
      const wrong = failed(done);
      if (done.outputs.formatter !== by) wrong.push(`by ${done.outputs.formatter}`);
      const after = readFileSync(path, "utf8");
      // The formatter itself, on the same bytes.
      writeFileSync(path, text);
      const argv = by === "biome" ? ["format", "--write", path] : ["--write", path];
      await execa(join(dir, "node_modules/.bin", by), argv, { cwd: dir });
      const direct = readFileSync(path, "utf8");
      writeFileSync(path, after);
      if (direct.replace(/^\uFEFF/, "") !== after.replace(/^\uFEFF/, ""))
        wrong.push(`not what ${by} writes itself`);
      if (text.startsWith("\uFEFF") !== after.startsWith("\uFEFF")) wrong.push("the byte order mark");
      const { stdout: stat } = await execa("git", ["diff", "--shortstat", "--", file], { cwd: dir });
      row(
        "format-document",
        `${file}, ${by}`,
        `${stat.replace(/^ 1 file changed, /, "").trim() || "as it was"}${text.startsWith("\uFEFF") ? ", BOM" : ""}${text.includes("\r\n") ? ", CRLF" : ""}`,
        done.s,
        wrong,
      );
      if (!done.outputs.undo) continue;
      const back = await undone(trial, done, i);
      const now = digestOf(dir);
      row("undo-patch", `${file}, ${back.how}`, `${short(before)} ${short(now)}`, back.done.s, [
        ...failed(back.done),
        ...(now === before ? [] : ["not the same bytes"]),
      ]);
      if (now !== before) writeFileSync(path, text);
    }
    await execa("rm", [settings]);
  }
}

/** By name and file; where the file declares it more than once, by its place. */
function asked(dir: string, { symbol, file, at }: Rename): object {
  if (at === undefined) return { symbol, file };
  const text = readFileSync(join(dir, file), "utf8");
  return { symbol, file, line: text.slice(0, text.indexOf(at)).split("\n").length };
}

/** There is no editor here: a program of that name writes down how it was called. */
async function editor({ project, dir, person, told, row }: Trial): Promise<void> {
  const [file = ""] = project.formatted;
  const spaced = "notes of a person.ts";
  writeFileSync(join(dir, spaced), readFileSync(join(dir, file)));
  try {
    for (const [args, expected] of [
      [{ file: spaced, line: 12, column: 7 }, ["--goto", `${join(dir, spaced)}:12:7`]],
      [{ file, line: 3 }, ["--goto", `${join(dir, file)}:3`]],
      [{ file }, ["--goto", join(dir, file)]],
    ] as const) {
      const done = await person.do("open-file", args);
      const argv = JSON.parse(readFileSync(told, "utf8")) as string[];
      row(
        "open-file",
        JSON.stringify(args),
        `stand-in ${done.outputs.editor} got ${argv.join(" ").replaceAll(dir, "…")}`,
        done.s,
        [...failed(done), ...(String(argv) === String(expected) ? [] : ["not what the editor takes"])],
      );
    }
    const changed = readFileSync(join(dir, spaced), "utf8").replace("import", "// a line of ours\nimport");
    writeFileSync(join(dir, spaced), changed);
    const done = await person.do("diff", { left: file, right: spaced });
    const argv = JSON.parse(readFileSync(told, "utf8")) as string[];
    // What the editor would show, by git: the two files it was given, against the two that were meant.
    const numstat = async (left: string, right: string) =>
      (
        await execa("git", ["diff", "--no-index", "--numstat", left, right], { cwd: dir, reject: false })
      ).stdout
        .split("\t")
        .slice(0, 2)
        .join(" ");
    const shown = await numstat(argv[1] ?? "", argv[2] ?? "");
    const meant = await numstat(file, spaced);
    row(
      "diff",
      `${file} and "${spaced}"`,
      `stand-in ${done.outputs.editor} got ${argv[0]} and two paths; git diff of them: ${shown}`,
      done.s,
      [...failed(done), ...(shown === meant && argv[0] === "--diff" ? [] : [`git diff: ${meant}`])],
    );
  } finally {
    if (existsSync(join(dir, spaced))) await execa("rm", [join(dir, spaced)]);
  }
}

export const COMMANDS: { [part: string]: (trial: Trial) => Promise<void> } = {
  references,
  definitions,
  searches,
  diagnoses,
  renames,
  refusals,
  formats,
  editor,
};

function failed({ status, error }: Done): string[] {
  return status === "succeeded" ? [] : [`${status}: ${error?.code} ${error?.message}`];
}
