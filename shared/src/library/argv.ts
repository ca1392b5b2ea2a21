/**
 * Definitions' templates with values put in. A value becomes exactly one item: nothing is split, quoted or interpolated.
 * The same walk renders what runs (values), and what a person is shown before it runs (values or placeholders).
 */
import type { ArgvItem, Value } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";

/** A value that argv, env or stdin can carry. */
export type Item = string | { secret: string };
export interface Source {
  /** The parameter's final value; `undefined` when it was not given. Of a secret: its name. */
  get(name: string): Json | undefined;
  isSecret(name: string): boolean;
  /** Is it a path, or a list of paths? */
  isPath?(name: string): boolean;
  /** Called with each value that stands where a program could take it for an option. */
  positional?(name: string, item: Item): void;
}

type When = { param: string; equals?: Json; present?: boolean };

/** The items of argv, in order. */
export function renderArgv(items: ArgvItem[], source: Source): Item[] {
  return items.flatMap((item) => renderItem(item, source));
}

function renderItem(item: ArgvItem, source: Source): Item[] {
  if (typeof item === "string") return [item];
  if (item.when !== undefined && !holds(item.when as When, source)) return [];
  if ("literal" in item) return [item.literal];
  if ("join" in item) {
    const joined = renderJoin(item.join, source);
    if (joined === null) return [];
    const first = item.join[0]!;
    if (typeof first !== "string") source.positional?.(first.param, joined);
    return [joined];
  }
  if ("each" in item) {
    const list = source.get(item.each);
    if (list === undefined) return [];
    const values = (Array.isArray(list) ? list.map(text) : [asItem(item.each, list, source)]).map((one) =>
      noStdin(item.each, one, source),
    );
    for (const value of values) source.positional?.(item.each, value);
    return values;
  }
  const value = source.get(item.param);
  if (value === undefined || value === null) return [];
  if ("flag" in item) return renderFlag(item.flag, value, asItem(item.param, value, source));
  const positional = noStdin(item.param, asItem(item.param, value, source), source);
  source.positional?.(item.param, positional);
  return [positional];
}

/** A file called "-" is that file: by that name alone many programs mean what they are fed. */
function noStdin(name: string, item: Item, source: Source): Item {
  return item === "-" && source.isPath?.(name) ? "./-" : item;
}

/** `--env production`; `--env=-x` when the value could be taken for an option; just the flag for `true`. */
function renderFlag(flag: string, value: Json, item: Item): Item[] {
  if (value === true) return [flag];
  if (value === false) return [];
  if (flag.startsWith("--") && typeof item === "string" && item.startsWith("-")) return [`${flag}=${item}`];
  return [flag, item];
}

/** A value outside argv (env, stdin, cwd, a url); null when its parameter was not given. */
export function renderValue(value: Value, source: Source): Item | null {
  if (typeof value === "string") return value;
  if ("join" in value) return renderJoin(value.join, source);
  const given = source.get(value.param);
  return given === undefined || given === null ? null : asItem(value.param, given, source);
}

/** One item of several parts; nothing at all when a part was not given. */
function renderJoin(parts: (string | { param: string })[], source: Source): string | null {
  let joined = "";
  for (const part of parts) {
    if (typeof part === "string") {
      joined += part;
      continue;
    }
    const value = source.get(part.param);
    if (value === undefined || value === null) return null;
    const item = asItem(part.param, value, source);
    if (typeof item !== "string") return null;
    joined += item;
  }
  return joined;
}

/** Does the item's condition hold? Without `equals` and `present`: given, and not false. */
export function holds(when: When, source: Source): boolean {
  const value = source.get(when.param);
  const given = value !== undefined && value !== null;
  if (when.present !== undefined && given !== when.present) return false;
  if (when.equals !== undefined) return JSON.stringify(value) === JSON.stringify(when.equals);
  return when.present !== undefined || (given && value !== false);
}

function asItem(name: string, value: Json, source: Source): Item {
  return source.isSecret(name) && typeof value === "string" ? { secret: value } : text(value);
}

function text(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
