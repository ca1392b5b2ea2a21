#!/usr/bin/env node
/**
 * `tw-kit`: what the library's commands need on the agent's machine and no single program does: copies that make an undo
 * possible, a database put back whole, the package manager found from the lock file. Each verb prints JSON as its result.
 */
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { Failed, readWords, type Words } from "./words.ts";

// Most of a short verb's time would go into reading this program: only what the verb needs is loaded, and compiled once.
// The agent says where; what is started from here has code of its own.
delete process.env.NODE_COMPILE_CACHE;
enableCompileCache(join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "tw"));

const VERBS: { [verb: string]: (words: Words) => Promise<object> } = {
  archive: async (words) => (await import("./archive.ts")).archive(words),
  "claude-ask": async (words) => (await import("./claude.ts")).claudeAsk(words),
  "claude-diff": async (words) => (await import("./claude.ts")).claudeDiff(words),
  "config-check": async (words) => (await import("./resources.ts")).configCheck(words),
  copy: async (words) => (await import("./files.ts")).copy(words),
  "d1-bookmark": async (words) => (await import("./d1.ts")).d1Bookmark(words),
  "d1-copy": async (words) => (await import("./d1.ts")).d1Copy(words),
  "d1-restore": async (words) => (await import("./d1.ts")).d1Restore(words),
  "d1-verify": async (words) => (await import("./d1.ts")).d1Verify(words),
  doctor: async (words) => (await import("./doctor.ts")).doctor(words),
  "git-back": async (words) => (await import("./git.ts")).goBack(words),
  "git-keep": async (words) => (await import("./files.ts")).keepChanged(words),
  "keep-files": async (words) => (await import("./files.ts")).keepFiles(words),
  "kv-keep": async (words) => (await import("./kv.ts")).kvKeep(words),
  "kv-restore": async (words) => (await import("./kv.ts")).kvRestore(words),
  largest: async (words) => (await import("./largest.ts")).largest(words),
  "make-directory": async (words) => (await import("./files.ts")).makeDirectories(words),
  move: async (words) => (await import("./files.ts")).move(words),
  "object-download": async (words) => (await import("./object.ts")).objectDownload(words),
  "object-keep": async (words) => (await import("./object.ts")).objectKeep(words),
  "object-upload": async (words) => (await import("./object.ts")).objectUpload(words),
  package: async (words) => (await import("./packages.ts")).runPackageManager(words),
  "package-keep": async () => (await import("./packages.ts")).packageKeep(),
  "package-list": async (words) => (await import("./package-list.ts")).packageList(words),
  "package-outdated": async () => (await import("./package-list.ts")).packageOutdated(),
  "package-restore": async (words) => (await import("./packages.ts")).packageRestore(words),
  prune: async (words) => (await import("./archive.ts")).prune(words),
  "queue-state": async (words) => (await import("./queue.ts")).queueState(words),
  "r2-backup": async (words) => (await import("./r2.ts")).r2Backup(words),
  "r2-keep": async (words) => (await import("./r2.ts")).r2Keep(words),
  "r2-restore": async (words) => (await import("./r2.ts")).r2Restore(words),
  remove: async (words) => (await import("./files.ts")).remove(words),
  "remove-directory": async (words) => (await import("./files.ts")).removeDirectory(words),
  resources: async (words) => (await import("./resources.ts")).ensureResources(words),
  restore: async (words) => (await import("./files.ts")).restore(words),
  scaffold: async (words) => (await import("./scaffold.ts")).scaffold(words),
  "stash-pop": async (words) => (await import("./git.ts")).popStash(words),
  tail: async (words) => (await import("./tail.ts")).tail(words),
  unpack: async (words) => (await import("./archive.ts")).unpack(words),
  write: async (words) => (await import("./files.ts")).write(words),
};

const [verb = "", ...rest] = process.argv.slice(2);
try {
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!run) throw new Failed(`tw-kit has no verb "${verb}"; it has ${Object.keys(VERBS).join(", ")}`);
  process.stdout.write(`${JSON.stringify(await run(readWords(rest)))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Failed ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
