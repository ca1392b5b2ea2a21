/** Values in KV: kept before a change with what belongs to them, and put back. */
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kept, newKept } from "./kept.ts";
import { run, wranglerFlags } from "./run.ts";
import { Failed, type Words } from "./words.ts";

const COPY = "value";
const ABOUT = "about.json";
/** KV takes no expiry that is nearer, and wrangler needs a moment to get there. */
const NEAREST_S = 60 + 15;

/** A key as `wrangler kv key list` shows it. */
interface Listed {
  name: string;
  /** Seconds since the epoch. */
  expiration?: number;
  metadata?: unknown;
}

/** Before a change: the value as it is with its expiry and metadata, or that there is none. Nothing of it is printed. */
export function kvKeep(words: Words): object {
  const key = words.needed("key");
  const about = find(key, words);
  if (!about) return { existed: false };
  const { metadata } = about;
  if (
    metadata !== undefined &&
    (metadata === null || typeof metadata !== "object" || Array.isArray(metadata))
  )
    throw new Failed(
      `the metadata of ${key} is no JSON object, and wrangler puts back no other; "copy: false" changes it without an undo`,
    );
  const { id, folder } = newKept();
  writeFileSync(join(folder, ABOUT), JSON.stringify(about), { mode: 0o600 });
  // Straight into the file: a value may be anything, and 25 MiB of it.
  const into = openSync(join(folder, COPY), "wx", 0o600);
  try {
    run("wrangler", ["kv", "key", "get", key, ...flags(words)], false, { into });
  } finally {
    closeSync(into);
  }
  return { existed: true, kept: id };
}

/** Puts the kept value back, or deletes one that was not there or would have expired by now. */
export function kvRestore(words: Words): object {
  const key = words.needed("key");
  const id = words.value("kept");
  if (id === undefined) return absent(key, "absent", words);
  const folder = kept(id);
  const { expiration, metadata } = JSON.parse(readFileSync(join(folder, ABOUT), "utf8")) as Listed;
  const now = Math.floor(Date.now() / 1_000);
  if (expiration !== undefined && expiration <= now) return absent(key, "expired", words);
  const argv = ["kv", "key", "put", key, `--path=${join(folder, COPY)}`, ...flags(words)];
  if (expiration !== undefined) argv.push(`--expiration=${Math.max(expiration, now + NEAREST_S)}`);
  if (metadata !== undefined) argv.push(`--metadata=${JSON.stringify(metadata)}`);
  run("wrangler", argv, false);
  return { restored: key, as: "before" };
}

function absent(key: string, as: string, words: Words): object {
  run("wrangler", ["kv", "key", "delete", key, ...flags(words)], false);
  return { restored: key, as };
}

function find(key: string, words: Words): Listed | undefined {
  const { stdout } = run("wrangler", ["kv", "key", "list", `--prefix=${key}`, ...flags(words)], false);
  return (JSON.parse(stdout) as Listed[]).find(({ name }) => name === key);
}

function flags(words: Words): string[] {
  // The namespace of `id`, as the library's commands mean it; wrangler asks where there is a `preview_id` as well.
  const said = [...wranglerFlags(words), "--preview=false"];
  for (const name of ["binding", "namespace-id"]) {
    const value = words.value(name);
    if (value !== undefined) said.push(`--${name}=${value}`);
  }
  return said;
}
