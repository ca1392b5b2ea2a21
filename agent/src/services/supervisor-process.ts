/** The process that keeps services: `node supervisor-process.ts STATE_DIR ROOT`, started by the agent. */
import { supervise } from "./supervisor.ts";

const [stateDir = "", root = ""] = process.argv.slice(2);
// The terminal or service it came from may go; it stays.
process.on("SIGHUP", () => {});
supervise(stateDir, root).then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`tw services: ${error.message}\n`);
    process.exit(1);
  },
);
