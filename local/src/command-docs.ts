/** `npm run docs:commands`: writes docs/commands.md, the reference of every command of the library, from the library itself. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandInput, Parameter, Requirement } from "@tw/shared/contracts/definition";
import type { LibraryCommand } from "@tw/shared/db/library";
import { outputNames } from "@tw/shared/library/outputs";
import { LIBRARY_FOLDER } from "./library.ts";
import { problemLine, readLibrary } from "./library-files.ts";
import { ROOT } from "./ports.ts";

/** The file that is written. */
export const COMMANDS_FILE: string = join(ROOT, "docs", "commands.md");

const HEAD = `# Commands

Every command of the shipped library, made from \`library/*.yaml\` by \`npm run docs:commands\`. How definitions are written is in
[library.md](library.md). Effects: **read** changes nothing, **write** changes something, **destructive** may lose something.
`;

/** The whole reference. The same library gives the same text. */
export function commandsReference(commands: LibraryCommand[]): string {
  const categories = Map.groupBy(
    commands.toSorted((a, b) => (a.slug < b.slug ? -1 : 1)),
    ({ input }) => input.category,
  );
  const sorted = [...categories].sort(([a], [b]) => (a < b ? -1 : 1));
  const index = sorted.map(
    ([category, members]) =>
      `| ${category} | ${members.map(({ slug }) => `[${slug}](#${slug})`).join(" · ")} |`,
  );
  const sections = sorted.map(([category, members]) =>
    [`## ${category}`, ...members.map(section)].join("\n\n"),
  );
  return `${[
    `${HEAD}\n${commands.length} commands in ${sorted.length} categories.\n`,
    ["| category | commands |", "|---|---|", ...index].join("\n"),
    ...sections,
  ].join("\n\n")}\n`.replace(/\n{3,}/g, "\n\n");
}

function section({ slug, input }: LibraryCommand): string {
  const facts = [
    `${input.type}, **${input.effect}**`,
    ...(input.aliases.length > 0 ? [`also: ${input.aliases.join(", ")}`] : []),
  ];
  const lists = [
    line("Runs", runs(input)),
    line("Needs", input.requires.map(requirement).join("; ")),
    line("Outputs", [...outputNames(input)].map(code).join(", ")),
    line("Undo", undo(input)),
    line("Examples", input.examples.map(({ text, args }) => example(slug, text, args)).join("; ")),
  ].filter((text) => text !== "");
  return [
    `### ${slug}`,
    input.description,
    facts.join(" · "),
    ...(input.parameters.length > 0 ? [parameters(input.parameters)] : []),
    lists.join("\n"),
  ].join("\n\n");
}

function parameters(all: Parameter[]): string {
  const rows = all.map(({ name, type, required, options, items, ...more }) => {
    const kind = type === "enum" ? (options ?? []).map(code).join(", ") : items ? `list of ${items}` : type;
    const usual =
      more.default !== undefined
        ? code(JSON.stringify(more.default))
        : more.from
          ? `from \`${more.from}\``
          : required
            ? "**required**"
            : "";
    const both =
      required && more.from
        ? `**required**, from \`${more.from}\``
        : more.default !== undefined && more.from
          ? `from \`${more.from}\`, else ${usual}`
          : usual;
    return `| ${code(name)} | ${kind} | ${both} | ${cell(more.description)} |`;
  });
  return ["| parameter | type | default | |", "|---|---|---|---|", ...rows].join("\n");
}

function runs(input: CommandInput): string {
  const { definition } = input;
  if ("program" in definition) return `${code(definition.program)} on an agent`;
  if ("handler" in definition) return `the workspace's own \`${definition.handler}\``;
  if ("given" in definition && definition.given !== undefined) return "the steps it is given";
  if ("steps" in definition)
    return definition.steps
      .map((step) => `${step.checkpoint ? "**checkpoint** → " : ""}[${step.command}](#${step.command})`)
      .join(" → ");
  return "url" in definition ? `${definition.method} to the URL` : `the agent's action \`${definition.ide}\``;
}

function requirement({ tool, version, file, git, login, fix, when }: Requirement): string {
  const what = tool
    ? `${tool}${version ? ` ${version}` : ""}`
    : file
      ? [file].flat().join(" or ")
      : git
        ? `a git ${git}`
        : `a ${login} login`;
  const unless = when
    ? ` (when \`${when.param}\` is ${"equals" in when ? JSON.stringify(when.equals) : when.present === false ? "not given" : "given"})`
    : "";
  return `${what}${unless}${fix ? `, else [${fix}](#${fix})` : ""}`;
}

/** What takes it back: another command, the rollbacks of its steps, or why nothing does. */
function undo(input: CommandInput): string {
  if (input.effect === "read") return "";
  if (input.rollback) return `[${input.rollback.command}](#${input.rollback.command})`;
  if (input.type === "workflow")
    return `its steps, newest first, ${input.definition.rollback_on_error ? "when one fails, a person says no, or " : ""}when the run is undone`;
  return `none: ${noUndoReason(input.description) ?? "not said"}`;
}

/** The reason in a description's "No undo, since …". */
export function noUndoReason(description: string): string | null {
  return /\bNo undo, since (.+?)\.?$/s.exec(description)?.[1] ?? null;
}

function example(slug: string, text: string, args: object): string {
  const given = Object.keys(args).length > 0 ? ` → ${code(JSON.stringify(args))}` : "";
  return `"${cell(text)}"${given || ` → ${code(slug)}`}`;
}

function line(name: string, text: string): string {
  return text === "" ? "" : `- ${name}: ${text}`;
}

function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|").replaceAll("`", "'")}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

if (import.meta.main) {
  const { commands, problems } = await readLibrary(LIBRARY_FOLDER);
  if (problems.length > 0) {
    for (const problem of problems) process.stderr.write(`${problemLine(LIBRARY_FOLDER, problem)}\n`);
    process.exitCode = 1;
  } else {
    const text = commandsReference(commands);
    const same = readFileSync(COMMANDS_FILE, { encoding: "utf8", flag: "a+" }) === text;
    if (!same) writeFileSync(COMMANDS_FILE, text);
    process.stdout.write(
      `docs/commands.md: ${commands.length} commands, ${same ? "unchanged" : "written"}.\n`,
    );
  }
}
