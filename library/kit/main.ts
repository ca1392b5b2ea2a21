#!/usr/bin/env node
/**
 * `tw-kit`: what the library's commands need on the agent's machine and no single program does: copies that make an undo
 * possible, a database put back whole, the package manager found from the lock file. Each verb prints JSON as its result.
 */
import { archive, prune, unpack } from "./archive.ts";
import { claudeDiff } from "./claude.ts";
import { d1Bookmark, d1Copy, d1Restore, d1Verify } from "./d1.ts";
import { doctor } from "./doctor.ts";
import {
  copy,
  keepChanged,
  makeDirectories,
  move,
  remove,
  removeDirectory,
  restore,
  write,
} from "./files.ts";
import { goBack, popStash } from "./git.ts";
import { objectDownload, objectKeep, objectUpload } from "./object.ts";
import { runPackageManager } from "./packages.ts";
import { r2Backup, r2Keep, r2Restore } from "./r2.ts";
import { configCheck, ensureResources } from "./resources.ts";
import { scaffold } from "./scaffold.ts";
import { tail } from "./tail.ts";
import { Failed, readWords } from "./words.ts";

const VERBS: { [verb: string]: (words: ReturnType<typeof readWords>) => object | Promise<object> } = {
  archive,
  "claude-diff": claudeDiff,
  "config-check": configCheck,
  copy,
  "d1-bookmark": d1Bookmark,
  "d1-copy": d1Copy,
  "d1-restore": d1Restore,
  "d1-verify": d1Verify,
  doctor,
  "git-back": goBack,
  "git-keep": keepChanged,
  "make-directory": makeDirectories,
  move,
  "object-download": objectDownload,
  "object-keep": objectKeep,
  "object-upload": objectUpload,
  package: runPackageManager,
  prune,
  "r2-backup": r2Backup,
  "r2-keep": r2Keep,
  "r2-restore": r2Restore,
  remove,
  "remove-directory": removeDirectory,
  resources: ensureResources,
  restore,
  scaffold,
  "stash-pop": popStash,
  tail,
  unpack,
  write,
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
