#!/usr/bin/env node
// Plain JavaScript, so that a Node that cannot run TypeScript still does it: with the one that came with the packages, or with a sentence.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const main = new URL("./src/main.ts", import.meta.url);
const pinned = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));

if (process.features.typescript) await import(main.href);
else if (existsSync(pinned)) {
  const child = spawn(pinned, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal's Ctrl-C reaches the child by itself; other signals are for whoever does the work.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(error.message));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
} else
  fail(
    `tw needs Node 22.18 or newer here, and this is Node ${process.versions.node}. Run "npm ci" in the workspace's folder once: it brings its own.`,
  );

function fail(why) {
  process.stderr.write(`tw: ${why}\n`);
  process.exit(2);
}
