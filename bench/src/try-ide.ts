/**
 * `npm run try:ide [-- --projects rxjs,azure --typescript 5.9.3,7.0.2]`: every editor command on TypeScript projects that are not ours, through
 * the HTTP API and a real agent, each answer held against tsc, TypeScript's own API, grep, git and a digest of all bytes. Needs npm's registry.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { COMMANDS, type Trial } from "./ide/commands.ts";
import { compiled, digestOf, Independent, installClassic, memoryOf } from "./ide/independent.ts";
import { Person } from "./ide/person.ts";
import { layOut, PROJECTS } from "./ide/projects.ts";
import { PYTHON_SERVER, tryPython } from "./ide/python.ts";
import type { Row } from "./ide/row.ts";
import { startStack } from "./stack.ts";

const { values } = parseArgs({
  options: {
    projects: { type: "string", default: "rxjs,azure,python" },
    typescript: { type: "string", default: "5.9.3,7.0.2" },
    only: { type: "string" },
  },
});
const scratch = realpathSync(mkdtempSync(join(tmpdir(), "tw-try-ide-")));
const classic = join(scratch, "classic");
const told = join(scratch, "told.json");
mkdirSync(join(scratch, "bin"));
writeFileSync(
  join(scratch, "bin", "code"),
  `#!${process.execPath}\nrequire("fs").writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.argv.slice(2)));\n`,
  { mode: 0o755 },
);
process.env.PATH = `${join(scratch, "bin")}${delimiter}${process.env.PATH}`;
let rows = 0;
let wrongs = 0;
const stack = await startStack({ agent: true, policy: { programs: [PYTHON_SERVER] } });
const root = realpathSync(stack.root);
const state = join(root, ".agent");
const row: Row = (command, asked, result, seconds, wrong) => {
  rows += 1;
  if (wrong.length > 0) wrongs += 1;
  console.log(
    `${command.padEnd(17)}${asked.padEnd(64)}${`${seconds.toFixed(2)} s`.padStart(9)}  ${result}${wrong.length > 0 ? `  WRONG: ${wrong.join("; ")}` : ""}`,
  );
};
try {
  await installClassic(classic);
  console.log(
    'open-file and diff: no editor is here; a program called "code" stands in and writes down its arguments.',
  );
  for (const name of values.projects.split(",")) {
    if (name === "python")
      await tryPython(join(root, "python"), state, new Person(stack.workspace, "python"), row);
    else for (const typescript of values.typescript.split(",")) await tryProject(name, typescript);
  }
} finally {
  await stack.stop();
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`\n${rows} answers, ${wrongs} wrong`);
process.exitCode = wrongs > 0 ? 1 : 0;

async function tryProject(name: string, typescript: string): Promise<void> {
  const project = PROJECTS.find((one) => one.name === name);
  if (!project)
    throw new Error(
      `There is no project "${name}"; there are ${PROJECTS.map((one) => one.name).join(", ")}.`,
    );
  const cwd = `${name}-${typescript}`;
  const dir = join(root, cwd);
  const files = await layOut(project, typescript, dir);
  const { errors, s } = await compiled(dir);
  const before = digestOf(dir);
  console.log(
    `\n${Object.values(project.packages).join(" and ")}: ${files} files, TypeScript ${typescript}; tsc ${errors.length} errors in ${s.toFixed(1)} s`,
  );
  let peak = 0;
  const watching = setInterval(() => {
    peak = Math.max(peak, memoryOf(stack.agentPid ?? 0));
  }, 250);
  const trial: Trial = {
    project,
    dir,
    person: new Person(stack.workspace, cwd),
    independent: new Independent(classic, dir),
    asItCame: errors.length,
    state,
    told,
    row,
  };
  const only = values.only?.split(",");
  for (const [part, work] of Object.entries(COMMANDS)) if (!only || only.includes(part)) await work(trial);
  clearInterval(watching);
  await trial.independent.end();
  const after = digestOf(dir);
  if (after !== before) wrongs += 1;
  console.log(
    `all files at the end ${after === before ? "as at the start" : "NOT as at the start"} (sha256 ${after.slice(0, 16)}); agent and language servers took ${Math.round(peak / 1_048_576)} MB at most`,
  );
}
