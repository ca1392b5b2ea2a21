/** What an importer makes of one entry of a file: a command, or the reason why it is none. */
import type * as z from "zod";
import type { CommandInput, commandInputSchema } from "../contracts/definition.ts";
import { checkDefinition } from "../library/check.ts";

export const IMPORT_KINDS = ["package-json", "makefile", "justfile", "warp", "github-actions"] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** A file as it was given; `path` is relative to the directory in which the commands will run. */
export interface ImportFile {
  path: string;
  text: string;
}

export interface ImportItem {
  slug: string;
  kind: ImportKind;
  path: string;
  /** The name in the file: of a script, a target, a recipe, a workflow. */
  name: string;
  /** Null when it cannot be a command; then `reason` says why. */
  command: CommandInput | null;
  reason: string | null;
  warnings: string[];
  /** A script that has to lie at this path before the command can run: its words need a shell. */
  script: { path: string; text: string } | null;
}

/** The file cannot be read as what it should be; the message says where and what. */
export class ImportError extends Error {
  override name = "ImportError";
}

/**
 * Values that end up in text which a shell reads (a recipe of make or just puts them there as they are): only characters
 * that mean nothing to it.
 */
export const PLAIN_VALUE = "[A-Za-z0-9_./:@%+,=-]*";

type Draft = Pick<ImportItem, "kind" | "path" | "name" | "slug"> & { warnings?: string[] };
type Written = z.input<typeof commandInputSchema>;

/** An item that is a command, unless its definition is refused by the same check that every other passes. */
export function ready(draft: Draft, command: Written, script: ImportItem["script"] = null): ImportItem {
  const filled = { effect: "write", ...command } as CommandInput;
  const [issue] = checkDefinition(filled);
  if (issue) return skipped(draft, `it cannot be made a command: ${issue.path}: ${issue.message}`);
  return { ...base(draft), command: filled, reason: null, script };
}

/** An item that stays out. */
export function skipped(draft: Draft, reason: string): ImportItem {
  return { ...base(draft), command: null, reason, script: null };
}

function base({ slug, kind, path, name, warnings = [] }: Draft) {
  return { slug, kind, path, name, warnings };
}

/** `site/package.json` → `site`; of a file at the top null. */
export function folderOf(path: string): string | null {
  const at = path.lastIndexOf("/");
  return at < 0 ? null : path.slice(0, at);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * `make-tools-build`: the kind's word, the folder, the name. The same file always gives the same slugs, so that a second
 * import meets the first.
 */
export function slugOf(word: string, path: string, name: string): string {
  const parts = [word, folderOf(path) ?? "", name].map(slugPart).filter(Boolean);
  return parts.join("-").slice(0, 64).replace(/-+$/, "");
}

function slugPart(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

/** A parameter's name from one that may hold hyphens and more; `taken` keeps two from meeting. */
export function parameterName(name: string, taken: Set<string>): string {
  const plain = name.replace(/[^A-Za-z0-9_]+/g, "_").replace(/^[^A-Za-z]+/, "") || "value";
  let unique = plain.slice(0, 60);
  for (let n = 2; taken.has(unique); n += 1) unique = `${plain.slice(0, 57)}_${n}`;
  taken.add(unique);
  return unique;
}

/** What a person would say for `build:prod`: its words. */
export function aliasesOf(name: string, line: string): string[] {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  return [...new Set([words, line])].filter((text) => text !== "").map((text) => text.slice(0, 100));
}

/** First sentence of what a file says, or what we can say ourselves; never longer than a description may be. */
export function described(said: string | null | undefined, otherwise: string): string {
  const text = (said ?? "").replace(/\s+/g, " ").trim();
  return (text === "" ? otherwise : text).slice(0, 1_000);
}
