/** Reads `library/*.yaml`. Each problem is told with its file, line, field and reason; nothing is loaded when there is one. */

import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Command, commandInputSchema, slugSchema } from "@tw/shared/contracts/definition";
import { SYSTEM } from "@tw/shared/db/commands";
import type { LibraryCommand } from "@tw/shared/db/library";
import type { Issue } from "@tw/shared/errors";
import { checkDefinition } from "@tw/shared/library/check";
import { checkReferences } from "@tw/shared/library/check-references";
import { draftCommand } from "@tw/shared/library/draft-command";
import { type Document, isMap, isScalar, LineCounter, parseDocument } from "yaml";

export interface Problem {
  file: string;
  line: number;
  field: string;
  reason: string;
}
type Place = { file: string; document: Document; lines: LineCounter; slug: string };

/** All commands of the folder, or all problems. */
export async function readLibrary(
  folder: string,
): Promise<{ commands: LibraryCommand[]; problems: Problem[] }> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
  const problems: Problem[] = [];
  const places = new Map<string, Place>();
  const commands: LibraryCommand[] = [];
  for (const name of names) {
    const text = await readFile(join(folder, name), "utf8");
    for (const found of readFileText(name, text, problems)) {
      const first = places.get(found.place.slug);
      if (first) {
        const line = lineOf(found.place, []);
        problems.push({ file: name, line, field: found.place.slug, reason: `is already in ${first.file}` });
        continue;
      }
      places.set(found.place.slug, found.place);
      commands.push({ slug: found.place.slug, input: found.input });
    }
  }
  // Only a library that is good by itself says anything about its references.
  if (problems.length === 0) problems.push(...(await referenceProblems(commands, places)));
  return { commands, problems };
}

/** `library/git.yaml:12: git-commit.definition.argv.1: is a shell's sentence …` */
export function problemLine(folder: string, { file, line, field, reason }: Problem): string {
  return `${join(folder, file)}:${line}: ${field}: ${reason}`;
}

function readFileText(file: string, text: string, problems: Problem[]) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  for (const error of document.errors)
    problems.push({ file, line: lines.linePos(error.pos[0]).line, field: "(file)", reason: error.message });
  if (document.errors.length > 0) return [];
  const whole = { file, document, lines, slug: "" };
  const say = (path: (string | number)[], field: string, reason: string) =>
    problems.push({ file, line: lineAt(whole, path), field, reason });
  const content: unknown = document.toJS({ maxAliasCount: 1_000 });
  const { commands, category, ...rest } = (content ?? {}) as { [name: string]: unknown };
  for (const field of Object.keys(rest))
    say([field], field, "unknown field; a file has category and commands");
  if (commands === null || typeof commands !== "object" || Array.isArray(commands)) {
    say(["commands"], "commands", "must hold the commands by slug");
    return [];
  }
  const defaults = {
    category: typeof category === "string" ? category : basename(file).replace(/\.ya?ml$/, ""),
  };
  return Object.entries(commands).flatMap(([slug, written]) => {
    const place: Place = { ...whole, slug };
    const named = slugSchema.safeParse(slug);
    if (!named.success) say(["commands", slug], slug, `is no slug: ${named.error.issues[0]?.message}`);
    const input = isObject(written) ? { name: slug.replaceAll("-", " "), ...defaults, ...written } : written;
    const issues = checkDefinition(input);
    problems.push(...issues.map((issue) => located(place, issue)));
    return issues.length === 0 && named.success ? [{ place, input: commandInputSchema.parse(input) }] : [];
  });
}

async function referenceProblems(commands: LibraryCommand[], places: Map<string, Place>): Promise<Problem[]> {
  const bySlug = new Map(
    commands.map((command) => [command.slug, draftCommand(SYSTEM, command.slug, command.input, 0)]),
  );
  const lookup = async (slug: string) => bySlug.get(slug) ?? null;
  const found = await Promise.all(
    commands.map(async ({ slug }) => {
      const issues = await checkReferences(bySlug.get(slug) as Command, lookup);
      return issues.map((issue) => located(places.get(slug) as Place, issue));
    }),
  );
  return found.flat();
}

function located(place: Place, issue: Issue): Problem {
  const path = issue.path === "" ? [] : issue.path.split(".");
  return {
    file: place.file,
    line: lineOf(place, path),
    field: [place.slug, ...path].join("."),
    reason: issue.message,
  };
}

function lineOf(place: Place, path: string[]): number {
  return lineAt(place, ["commands", place.slug, ...path]);
}

/** The line of the deepest part of the path that is in the file. */
function lineAt({ document, lines }: Place, path: (string | number)[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of path) {
    const next: unknown = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
      : (node as { items?: unknown[] } | null)?.items?.[Number(key)];
    if (!next) break;
    const pair = next as { key?: { range?: number[] }; value?: unknown; range?: number[] };
    const isPair = isMap(node);
    offset = (isPair ? pair.key?.range?.[0] : pair.range?.[0]) ?? offset;
    node = isPair ? pair.value : next;
  }
  return lines.linePos(offset).line;
}

function isObject(value: unknown): value is { [name: string]: unknown } {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
