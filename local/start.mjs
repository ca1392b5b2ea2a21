// Plain JavaScript, so that a Node that cannot run TypeScript can still say so.
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";

// The Node that npm itself runs on: the machine's, while this process already has the pinned one.
const machine = /node\/v(\d+)/.exec(process.env.npm_config_user_agent ?? "")?.[1];
if (machine && Number(machine) < 20) {
  process.stderr.write(
    `This machine has Node ${machine}; the workspace needs Node 20 or newer to be installed and started.\n`,
  );
  process.exit(1);
} else if (process.features.typescript) {
  // Code compiled by an earlier start: half the time to load it, and no TypeScript compiler kept in memory.
  const kept = new URL("../node_modules/.cache/turbocharged-workspace/compiled", import.meta.url);
  nodeModule.enableCompileCache(fileURLToPath(kept));
  await import("./src/main.ts");
} else {
  process.stderr.write(
    `The workspace needs Node 24, this is ${process.version}: run "npm ci" once and then "npm start", which brings its own.\n`,
  );
  process.exit(1);
}
