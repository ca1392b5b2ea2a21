/**
 * `npm run bench:flood [-- --seconds 60 --json]`: a program that prints as fast as it can (`yes`), with a watcher on its log; what
 * memory the agent, its forker, the Workers and the watcher take meanwhile. Memory must not grow with the output.
 */
import { cpus, loadavg } from "node:os";
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
    const { status, error, seenMiB, seenLines, logLines } = result;
    console.log(`yes for ${values.seconds} s: run ${status} (${error})`);
    console.log(`the watcher was shown ${seenLines} lines (${seenMiB} MiB) of a log of ${logLines}`);
    console.log(
      "resident MiB           at rest    before   in 5 s   highest  1st half  2nd half  a minute, of the last 30 s",
    );
    for (const [name, one] of Object.entries(result.memory))
      console.log(
        [
          name.padEnd(20),
          one.rest,
          one.before,
          one.warm,
          one.highest,
          one.firstHalf,
          one.secondHalf,
          one.slope,
        ]
          .map((cell) => String(typeof cell === "number" ? Math.round(cell) : cell).padStart(9))
          .join(" "),
      );
    console.log(`load average ${loadavg()[0]?.toFixed(1)} on ${cpus().length} cores`);
  }
} finally {
  await stack.stop();
}
