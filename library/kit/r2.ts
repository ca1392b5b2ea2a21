/** Objects in R2: a copy before a change, put back; many fetched at once. */
import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { moveIntoPlace } from "./files.ts";
import { kept, newKept } from "./kept.ts";
import { isBelow } from "./place.ts";
import { attempt, run, wranglerFlags } from "./run.ts";
import { Failed, type Words } from "./words.ts";

const COPY = "object";
const NOT_THERE = /specified key does not exist|NoSuchKey|\b10007\b/i;

/** Before a change: the object as it is, or that there is none. */
export function r2Keep(words: Words): object {
  const { id, folder } = newKept();
  return get(words.needed("object"), join(folder, COPY), words)
    ? { existed: true, kept: id }
    : { existed: false };
}

/** Puts the kept object back, or deletes one that did not exist before. */
export function r2Restore(words: Words): object {
  const object = words.needed("object");
  const id = words.value("kept");
  if (id === undefined) {
    run("wrangler", ["r2", "object", "delete", object, ...wranglerFlags(words)]);
    return { restored: object, as: "absent" };
  }
  run("wrangler", ["r2", "object", "put", object, `--file=${join(kept(id), COPY)}`, ...wranglerFlags(words)]);
  return { restored: object, as: "before" };
}

/**
 * Fetches the keys into a folder that holds nothing else then; what was there is kept, unless `--keep=no`. Whole or not at all: a key
 * that is not there fails it before anything is changed.
 */
export function r2Backup(words: Words): object {
  const [bucket, out] = [words.needed("bucket"), words.needed("out")];
  if (words.rest.length === 0) throw new Failed("there are no keys to fetch");
  if (isBelow(`${process.cwd()}/`, resolve(out)))
    throw new Failed(`${out} holds the working directory; name a directory below it`);
  const { id, folder } = newKept();
  const fetched = join(folder, "fetched");
  let bytes = 0;
  try {
    for (const key of words.rest) {
      // A key may hold anything; as a file's name its odd characters are encoded, and so is every dot that leads up.
      const file = join(fetched, ...key.split("/").map(fileName));
      mkdirSync(dirname(file), { recursive: true });
      if (!get(`${bucket}/${key}`, file, words)) throw new Failed(`there is no object ${bucket}/${key}`);
      bytes += statSync(file).size;
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  moveIntoPlace(fetched, out, folder);
  const said = { folder: out, objects: words.rest.length, bytes };
  if (words.value("keep") !== "no") return { ...said, kept: id };
  rmSync(folder, { recursive: true, force: true });
  return said;
}

function fileName(part: string): string {
  return part === "" || /^\.+$/.test(part)
    ? part.replaceAll(".", "%2E") || "%00"
    : part.replace(/[\0\\]/g, encodeURIComponent);
}

/** Fetches one object; false when there is none. wrangler leaves an empty file behind then, which is taken away. */
function get(object: string, file: string, words: Words): boolean {
  const ran = attempt(
    "wrangler",
    ["r2", "object", "get", object, `--file=${file}`, ...wranglerFlags(words)],
    false,
  );
  if (ran.code === 0 && existsSync(file)) return true;
  rmSync(file, { force: true });
  if (NOT_THERE.test(ran.stdout + ran.stderr)) return false;
  throw new Failed(
    `wrangler r2 object get ${object} ended with ${ran.code}: ${ran.stderr.trim().slice(0, 500)}`,
  );
}
