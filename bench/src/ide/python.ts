/** A language server the agent knows nothing of, by configuration alone: pyright, on the Python sources that node-gyp brings. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { digestOf } from "./independent.ts";
import type { Done, Person } from "./person.ts";
import type { Row } from "./row.ts";

export const PYTHON_SERVER = "pyright-langserver";
const SOURCES = "node-gyp@11.5.0";
const SERVER = "pyright@1.1.414";
const FILE = "gyp/common.py";
const NAME = "EncodePOSIXShellList";

/** @param state the agent's, where its `ide.yaml` lies */
export async function tryPython(dir: string, state: string, person: Person, row: Row): Promise<void> {
  const fetched = `${dir}-fetched`;
  for (const one of [dir, fetched]) mkdirSync(one);
  const { stdout } = await execa("npm", ["pack", "--silent", "--pack-destination", fetched, SOURCES]);
  await execa("tar", ["xzf", join(fetched, stdout.trim()), "-C", fetched]);
  cpSync(join(fetched, "package/gyp/pylib/gyp"), join(dir, "gyp"), { recursive: true });
  rmSync(fetched, { recursive: true });
  writeFileSync(join(dir, "package.json"), '{"private":true}');
  await execa("npm", ["install", "--no-audit", "--no-fund", SERVER], { cwd: dir });
  const settings = join(state, "ide.yaml");
  writeFileSync(
    settings,
    `language_servers:\n  - { extensions: [.py], command: [${PYTHON_SERVER}, --stdio] }\n`,
  );
  try {
    await commands(dir, person, row);
  } finally {
    rmSync(settings);
  }
}

async function commands(dir: string, person: Person, row: Row): Promise<void> {
  const named = { symbol: NAME, file: FILE };
  const uses = await usesOf(dir, NAME);
  const found = await person.do("find-references", named);
  row(
    "find-references",
    `function ${NAME}`,
    `${found.outputs.count} places in ${found.outputs.files} files; grep without comments: ${uses}`,
    found.s,
    wrongs(found, found.outputs.count === uses),
  );

  const place = { file: "gyp/input.py", symbol: NAME };
  const definition = await person.do("goto-definition", place);
  row(
    "goto-definition",
    `${NAME} used in ${place.file}`,
    `${definition.outputs.file}:${definition.outputs.line}`,
    definition.s,
    wrongs(definition, definition.outputs.file === FILE),
  );

  const before = digestOf(dir);
  const taken = await person.do("rename-symbol", { ...named, new_name: "EncodePOSIXShellArgument" });
  const refused = taken.error?.code === "name_taken" && digestOf(dir) === before;
  row(
    "rename-symbol",
    `${NAME} → EncodePOSIXShellArgument: taken`,
    `${taken.error?.code}: ${taken.error?.message.slice(0, 110)}`,
    taken.s,
    refused ? [] : ["it was not refused"],
  );

  const rename = await person.do("rename-symbol", { ...named, new_name: "shell_words" });
  const left = await usesOf(dir, NAME);
  const now = await usesOf(dir, "shell_words");
  const compiled = await execa(
    "python3",
    [
      "-c",
      "import ast,sys\nfor f in sys.argv[1:]: ast.parse(open(f,encoding='utf8').read(),f)",
      ...(rename.outputs.files ?? []),
    ],
    { cwd: dir, reject: false },
  );
  row(
    "rename-symbol",
    `${NAME} → shell_words`,
    `${rename.outputs.edits} edits in ${rename.outputs.file_count} files; grep: ${now} and ${left} left; python3 parses them: ${compiled.exitCode === 0}`,
    rename.s,
    wrongs(rename, left === 0 && now === uses && compiled.exitCode === 0),
  );
  const undo = await person.do("undo-patch", { undo: rename.outputs.undo });
  row(
    "undo-patch",
    `${NAME}, by id`,
    `${before.slice(0, 12)} ${digestOf(dir).slice(0, 12)}`,
    undo.s,
    wrongs(undo, digestOf(dir) === before),
  );

  const text = readFileSync(join(dir, FILE), "utf8");
  writeFileSync(join(dir, FILE), `${text}\nno_such_name()\n`);
  const line = text.split("\n").length + 1;
  const broken = await person.do("diagnostics", { file: FILE, severity: "error" });
  writeFileSync(join(dir, FILE), text);
  const told = /^gyp\/common\.py:(\d+):1: error .*no_such_name/m.exec(await broken.log());
  row(
    "diagnostics",
    `${FILE} with a name that is not there`,
    `${broken.outputs.errors} errors, one in line ${told?.[1]}`,
    broken.s,
    wrongs(broken, Number(told?.[1]) === line),
  );
}

function wrongs({ status, error }: Done, right: boolean): string[] {
  if (status !== "succeeded") return [`${status}: ${error?.code} ${error?.message}`];
  return right ? [] : ["it should be otherwise"];
}

/** Words that are no comment. */
async function usesOf(dir: string, name: string): Promise<number> {
  const argv = ["-rhw", "--include=*.py", "--exclude-dir=node_modules", name, "."];
  const { stdout } = await execa("grep", argv, { cwd: dir, reject: false });
  return stdout.split("\n").filter((line) => line.replace(/#.*/, "").includes(name)).length;
}
