/** The commands' names of the workspace used last, kept on disk: a shell that completes a word cannot wait for a server. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Command } from "./api.ts";

interface Kept {
  url: string;
  at: number;
  commands: { slug: string; parameters: { name: string; options?: string[] }[] }[];
}

function file(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "tw", "commands.json");
}

/** Keeps them; failing costs completions, nothing else. */
export function rememberSlugs(env: NodeJS.ProcessEnv, url: string, commands: Command[]): void {
  const kept: Kept = {
    url,
    at: Date.now(),
    commands: commands.map(({ slug, parameters }) => ({
      slug,
      parameters: parameters.map(({ name, options }) => ({ name, ...(options ? { options } : {}) })),
    })),
  };
  try {
    const path = file(env);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(kept), { mode: 0o600 });
    renameSync(`${path}.${process.pid}`, path);
  } catch {
    // Next time.
  }
}

export function rememberedSlugs(env: NodeJS.ProcessEnv): Kept | null {
  try {
    return JSON.parse(readFileSync(file(env), "utf8")) as Kept;
  } catch {
    return null;
  }
}
