/** Files after the shape of what well-known projects have, awkward parts included: three or more of each kind. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ImportFile, ImportKind } from "../../src/importing/item.ts";

const FOLDERS: { [kind in ImportKind]: string } = {
  "package-json": "npm",
  makefile: "make",
  justfile: "just",
  warp: "warp",
  "github-actions": "gh",
};

/** The fixtures of a kind, by path. */
export function fixtures(kind: ImportKind): ImportFile[] {
  const folder = join(import.meta.dirname, "fixtures", FOLDERS[kind]);
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
    .map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
}
