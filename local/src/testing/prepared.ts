/**
 * What many test files need alike, made once per run of vitest and copied or read from then on: the schema and the library
 * in a database, the code of a Worker. Where no run has made a place for it (a bench), there is none.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadLibrary } from "../library.ts";
import { openDatabase } from "../local-database.ts";
import { ROOT } from "../ports.ts";

const PLACE = "TW_TEST_PREPARED";
/** What Node has compiled, for a test's own programs. */
export const COMPILED = join(ROOT, "node_modules", ".cache", "test-compiled");

/** vitest's `globalSetup`: the place, and its end. Nothing is made before a test file asks. */
export default async function setup(): Promise<() => Promise<void>> {
  const place = await mkdtemp(join(tmpdir(), "tw-prepared-"));
  process.env[PLACE] = place;
  // Hundreds of programs start from the same files, the agent and wrangler most of all: Node reads each once.
  process.env.NODE_COMPILE_CACHE ??= COMPILED;
  return () => rm(place, { recursive: true, force: true, maxRetries: 3 });
}

/** The path of what `make` writes to the path it is given; undefined outside a run. Whole or not there, whoever asks at once. */
export async function prepared(
  name: string,
  make: (path: string) => Promise<void>,
): Promise<string | undefined> {
  const place = process.env[PLACE];
  if (!place) return undefined;
  const path = join(place, name);
  if (existsSync(path)) return path;
  const part = join(place, `part-${randomUUID()}`);
  try {
    await make(part);
    await rename(part, path).catch((error: NodeJS.ErrnoException) => {
      // Another test file was quicker; what it made is the same.
      if (!existsSync(path)) throw error;
    });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return path;
}

/** Fills `state`, a new folder, with a database that has every migration, and the library if asked for. False outside a run. */
export async function copyState(state: string, library: boolean): Promise<boolean> {
  const from = await prepared(library ? "state-with-library" : "state", async (path) => {
    await mkdir(path);
    const database = await openDatabase(path);
    try {
      if (library) await loadLibrary(database.db);
    } finally {
      await database.close();
    }
  });
  if (from) await cp(from, state, { recursive: true });
  return from !== undefined;
}
