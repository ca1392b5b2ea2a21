/** An import into a workspace: what it would do, and doing it. The second time the same files change nothing. */
import { type Command, type CommandInput, commandInputSchema } from "../contracts/definition.ts";
import { findCommands, putCommand, SYSTEM } from "../db/commands.ts";
import { type Imported, readImported, recordImported } from "../db/imports.ts";
import type { Actor } from "../engine/state.ts";
import { canonicalJson } from "../library/canonical.ts";
import type { ImportFile, ImportItem, ImportKind } from "./item.ts";
import { readFiles } from "./read.ts";

export const IMPORT_ACTIONS = ["create", "update", "unchanged", "conflict", "confirm", "skip"] as const;
/**
 * `confirm`: it needs a script that a person has to look at first. `conflict`: the slug is somebody else's. Both are left
 * out until the request says otherwise (`scripts`, `replace`).
 */
export type ImportAction = (typeof IMPORT_ACTIONS)[number];

export interface PlannedImport extends ImportItem {
  action: ImportAction;
  /** What stands in the way of a `conflict`. */
  conflict: string | null;
  /** As the file has it; `command` is what will be stored, with what a person has changed. */
  fromFile: CommandInput | null;
}
export interface ImportAsk {
  tenantId: string;
  kind: ImportKind | null;
  files: ImportFile[];
  /** Slugs that may take the place of commands which did not come from this file. */
  replace: string[];
  /** Commands whose script a person has read and put in place. */
  scripts: boolean;
}
export interface ImportResult {
  items: PlannedImport[];
  /** Commands of an earlier import whose file has them no more. They stay; DELETE takes one out of use. */
  gone: { slug: string; path: string; name: string }[];
}

/** Reads the files and holds them against the library; nothing is written. Throws ImportError. */
export async function planImport(db: D1Database, ask: ImportAsk): Promise<ImportResult> {
  const items = readFiles(ask.files, ask.kind);
  const slugs = items.flatMap(({ slug, command }) => (command ? [slug] : []));
  const files = [...new Map(items.map(({ kind, path }) => [`${kind} ${path}`, { kind, path }])).values()];
  const [commands, earlier] = await Promise.all([
    findCommands(db, ask.tenantId, slugs),
    readImported(db, ask.tenantId, { slugs, files }),
  ]);
  const stored = new Map(commands.map((command) => [command.slug, command]));
  const sources = new Map(earlier.map((one) => [one.slug, one]));
  const inFiles = new Set(slugs);
  const paths = new Set(files.map(({ kind, path }) => `${kind} ${path}`));
  return {
    items: items.map((item) => planned(item, stored.get(item.slug), sources.get(item.slug), ask)),
    gone: earlier
      .filter(({ slug, kind, path }) => !inFiles.has(slug) && paths.has(`${kind} ${path}`))
      .map(({ slug, path, name }) => ({ slug, path, name })),
  };
}

/** Imports what has nothing in its way. Each command is written as any other, with its version and audit entry. */
export async function doImport(
  db: D1Database,
  ask: ImportAsk & { by: Actor; newId: () => string },
  now: number,
): Promise<ImportResult> {
  const result = await planImport(db, ask);
  const written: Imported[] = [];
  for (const item of result.items) {
    if (!item.command || item.action === "conflict" || item.action === "confirm") continue;
    const { slug, kind, path, name, command: input } = item;
    if (item.action !== "unchanged") {
      const put = { tenantId: ask.tenantId, slug, newId: ask.newId(), input, by: ask.by };
      await putCommand(db, put, now);
    }
    written.push({ slug, kind, path, name, command: item.fromFile ?? input });
  }
  await recordImported(db, { tenantId: ask.tenantId, by: ask.by.id, items: written }, now);
  return result;
}

function planned(
  item: ImportItem,
  stored: Command | undefined,
  source: Imported | undefined,
  ask: ImportAsk,
): PlannedImport {
  if (item.command === null) return { ...item, conflict: null, fromFile: null, action: "skip" };
  // As it will be stored, defaults filled in, so that it can be compared.
  const fromFile = commandInputSchema.parse(item.command);
  const at = { ...item, conflict: null, fromFile };
  const mine = stored !== undefined && stored.tenant_id !== SYSTEM ? stored : null;
  const same =
    source !== undefined &&
    source.kind === item.kind &&
    source.path === item.path &&
    source.name === item.name;
  const held = mine ? inputOf(mine) : null;
  const merged =
    mine && held && same
      ? merge(item, fromFile, held, source.command)
      : { command: fromFile, warnings: item.warnings };
  const now = { ...at, ...merged };
  const unchanged =
    held !== null && mine?.status === "active" && canonicalJson(held) === canonicalJson(merged.command);
  if (unchanged) return { ...now, action: "unchanged" };
  if (stored && !same && !ask.replace.includes(item.slug))
    return { ...now, action: "conflict", conflict: whose(stored, source) };
  if (item.script && !ask.scripts) return { ...now, action: "confirm" };
  return { ...now, action: mine ? "update" : "create" };
}

function whose(stored: Command, source: Imported | undefined): string {
  if (stored.tenant_id === SYSTEM)
    return `the public library has a command ${stored.slug}; yours would take its place`;
  if (source) return `${stored.slug} was imported from "${source.name}" of ${source.path}`;
  return `${stored.slug} is a command of this workspace that was not imported`;
}

const FIELDS = [
  "name",
  "description",
  "category",
  "effect",
  "aliases",
  "parameters",
  "requires",
  "rollback",
  "timeout_s",
  "retry",
  "examples",
  "definition",
] as const;
/** Of these the file is the authority when both sides changed; of the others the person. */
const OF_THE_FILE: readonly string[] = ["parameters", "definition"];

/** What a person changed since the last import stays; what the file changed is taken over. */
function merge(item: ImportItem, file: CommandInput, held: CommandInput, before: CommandInput) {
  if (file.type !== held.type) return { command: file, warnings: item.warnings };
  const warnings = [...item.warnings];
  const command = { ...file } as { [field: string]: unknown };
  for (const field of FIELDS) {
    const [was, is, now] = [before, held, file].map((one) =>
      JSON.stringify((one as { [name: string]: unknown })[field] ?? null),
    );
    if (is === was || is === now) continue;
    if (now !== was && OF_THE_FILE.includes(field)) {
      warnings.push(`${field} was changed here and in the file; the file's is taken`);
      continue;
    }
    command[field] = (held as { [name: string]: unknown })[field];
  }
  return { command: commandInputSchema.parse(command), warnings };
}

/** The stored command as it was put. */
function inputOf(command: Command): CommandInput {
  const { type } = command;
  const fields = FIELDS.flatMap((field) =>
    command[field] === undefined ? [] : [[field, command[field]] as const],
  );
  return commandInputSchema.parse({ type, ...Object.fromEntries(fields) });
}
