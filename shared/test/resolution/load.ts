/** The library as it stands in `library/`, as stored commands, and the golden set. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Command, commandInputSchema } from "../../src/contracts/definition.ts";
import type { Json } from "../../src/contracts/json.ts";
import { type Situation, situationOf } from "../../src/resolution/situation.ts";
import { heldOut } from "./golden/split.ts";

const LIBRARY = join(import.meta.dirname, "../../../library");
const GOLDEN = join(import.meta.dirname, "golden");

export interface Case {
  text: string;
  /** Any of these is right. Of a chain: the commands of its steps. Empty: no command is meant. */
  slugs: string[];
  chain: string[] | null;
  args: { [name: string]: Json };
  situation: Situation;
  heldOut: boolean;
}

/** A stored command from what a definition says. */
export function asCommand(slug: string, definition: object): Command {
  const input = commandInputSchema.parse({ name: slug.replaceAll("-", " "), ...definition });
  return {
    ...input,
    id: `cmd_${slug}`,
    tenant_id: "system",
    slug,
    version: 1,
    status: "active",
    is_public: true,
    usage_count: 0,
    last_used_at: null,
    created_at: 0,
    updated_at: 0,
  };
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

/** All cases: those of the first set are tuned on, of the fresh ones half is held out. */
export function loadGolden(): Case[] {
  const contexts = parse(readFileSync(join(GOLDEN, "contexts.yaml"), "utf8"));
  return readdirSync(GOLDEN, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml") && name !== "contexts.yaml")
    .sort()
    .flatMap((name) =>
      parse(readFileSync(join(GOLDEN, name), "utf8")).map(
        (raw: {
          text: string;
          slug?: string | string[];
          chain?: string[];
          args?: Case["args"];
          in?: string;
        }): Case => ({
          text: String(raw.text),
          slugs: [raw.slug ?? []].flat(),
          chain: raw.chain ?? null,
          args: raw.args ?? {},
          situation: situationOf({}, null, raw.in === undefined ? {} : contexts[raw.in]),
          heldOut: name.startsWith("fresh") && heldOut(String(raw.text)),
        }),
      ),
    );
}
