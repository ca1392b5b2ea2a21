/**
 * `npm run bench:flood [-- --seconds 60 --json]`: a program that prints as fast as it can (`yes`), with a watcher on its log; what
 * memory the agent, its forker, the Workers and the watcher take meanwhile. Memory must not grow with the output.
 */
import { parseArgs } from "node:util";
import { flood } from "./flood-run.ts";
import { startStack } from "./stack.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, json: { type: "boolean", default: false } },
});
const stack = await startStack({ agent: true, policy: { programs: ["yes"] } });
try {
  const result = await flood(stack.workspace, stack.agentPid as number, Number(values.seconds));
  if (values.json) console.log(JSON.stringify(result));
  else {
    console.log(
      `yes for ${values.seconds} s: run ${result.status} (${result.error}); ${result.seenMiB} MiB seen by the watcher`,
    );
    console.log("resident MiB           at rest    before   highest   1st half  2nd half");
    for (const [name, one] of Object.entries(result.memory))
      console.log(
        [name.padEnd(20), one.rest, one.before, one.highest, one.firstHalf, one.secondHalf]
          .map((cell) => String(typeof cell === "number" ? Math.round(cell) : cell).padStart(9))
          .join(" "),
      );
  }
} finally {
  await stack.stop();
}
