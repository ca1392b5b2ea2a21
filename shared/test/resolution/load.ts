/** The library as it stands in `library/`, as stored commands, and the golden set. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { type Command, commandInputSchema } from "../../src/contracts/definition.ts";
import type { Json } from "../../src/contracts/json.ts";
import { SYSTEM } from "../../src/db/commands.ts";
import { draftCommand } from "../../src/library/draft-command.ts";
import { type Situation, situationOf } from "../../src/resolution/situation.ts";

const LIBRARY = join(import.meta.dirname, "../../../library");
const GOLDEN = join(import.meta.dirname, "golden");
/** What lies in this folder is never tuned on and never listed: it is only counted. */
const HELD_OUT = join(GOLDEN, "held-out");

export interface Case {
  text: string;
  /** Any of these is right. Empty, and no chain: no command is meant. */
  slugs: string[];
  /** The commands of its steps, in order. */
  chain: string[] | null;
  args: { [name: string]: Json };
  situation: Situation;
}
/** A case as it is written. */
interface Raw {
  text: string | number;
  slug?: string | string[];
  none?: boolean;
  chain?: string[];
  args?: Case["args"];
  in?: string;
}

/** A stored command from what a definition says. */
export function asCommand(slug: string, definition: object): Command {
  const input = commandInputSchema.parse({ name: slug.replaceAll("-", " "), ...definition });
  return draftCommand(SYSTEM, slug, input, 0);
}

export function loadLibrary(): Command[] {
  return readdirSync(LIBRARY)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .flatMap((name) => {
      const { category, commands } = parse(readFileSync(join(LIBRARY, name), "utf8"), { merge: true });
      return Object.entries(commands as { [slug: string]: object }).map(([slug, definition]) =>
        asCommand(slug, { category, ...definition }),
      );
    });
}

/** The cases that may be looked at, and that the ranking is tuned and taught on. */
export function loadTuned(): Case[] {
  return yamlIn(GOLDEN)
    .filter((file) => basename(file) !== "contexts.yaml")
    .flatMap(loadCases);
}

/** The held-out cases; none where the folder is not there. */
export function loadHeldOut(): Case[] {
  return existsSync(HELD_OUT) ? yamlIn(HELD_OUT).flatMap(loadCases) : [];
}

/** The cases of one file. */
export function loadCases(file: string): Case[] {
  const contexts = parse(readFileSync(join(GOLDEN, "contexts.yaml"), "utf8"));
  return (parse(readFileSync(file, "utf8")) as Raw[]).map(({ text, slug, none, chain, args, in: place }) => {
    if (place !== undefined && !(place in contexts))
      throw new Error(`${file}: no context is called ${place}`);
    return {
      text: String(text),
      slugs: none ? [] : [slug ?? []].flat().filter((one) => one !== "none"),
      chain: chain ?? null,
      args: args ?? {},
      situation: situationOf({}, null, place === undefined ? {} : contexts[place]),
    };
  });
}

function yamlIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => join(folder, name));
}
