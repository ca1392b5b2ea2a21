/** The console as files to be served: built when its sources have changed since, kept by the hash of everything it is made from. */
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** Builds kept of earlier sources, so that switching between two branches stays fast. */
const KEPT = 3;
/** What of console/ and of what it uses becomes part of it. */
const SOURCES = ["console/src", "console/public", "shared/src"];
const FILES = ["console/index.html", "console/vite.config.ts", "console/package.json", "package-lock.json"];

/** The folder of the built console below `root`; undefined where there is no console. Safe to call from several processes. */
export async function consoleFiles(root: string): Promise<string | undefined> {
  if (!existsSync(join(root, "console", "index.html"))) return undefined;
  const cache = join(root, "node_modules", ".cache", "turbocharged-workspace");
  const folder = join(cache, `console-${await hashSources(root)}`);
  if (existsSync(join(folder, "index.html"))) return folder;
  await mkdir(cache, { recursive: true });
  const part = join(cache, `console-part-${randomUUID()}`);
  try {
    // A process of its own: what a build takes of memory is given back when it is done.
    await promisify(execFile)(
      process.execPath,
      [join(root, "node_modules", "vite", "bin", "vite.js"), "build", "--logLevel", "warn"],
      { cwd: join(root, "console"), env: { ...process.env, CONSOLE_OUT: part, NODE_ENV: "production" } },
    );
    await rename(part, folder).catch((error: NodeJS.ErrnoException) => {
      // Another process was quicker; what it made is the same.
      if (!existsSync(join(folder, "index.html"))) throw error;
    });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim();
    throw new Error(`The console could not be built. ${said || String(error)}`);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  await dropOld(cache, folder);
  return folder;
}

async function hashSources(root: string): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of SOURCES) {
    const names = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) {
      hash.update(`${file.slice(root.length)}\0`);
      hash.update(await readFile(file));
    }
  }
  for (const file of FILES) hash.update(await readFile(join(root, file)).catch(() => ""));
  return hash.digest("hex").slice(0, 24);
}

async function dropOld(cache: string, newest: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => /^console-[0-9a-f]{24}$/.test(name));
  const made = await Promise.all(
    names.map(async (name) => ({ path: join(cache, name), at: (await stat(join(cache, name))).mtimeMs })),
  );
  const old = made.filter(({ path }) => path !== newest).sort((a, b) => b.at - a.at);
  for (const { path } of old.slice(KEPT)) await rm(path, { recursive: true, force: true });
}
