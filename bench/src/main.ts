/** `npm run bench [-- --json] [--history N] [--only live-log]`: what the work costs and how long it takes, beside the machine's own floors. */
import { parseArgs } from "node:util";
import { CostMeter } from "./cost.ts";
import { measureFloors } from "./floors.ts";
import { fillHistory } from "./history.ts";
import { liveLog, TICKER_COMMAND } from "./live-log.ts";
import { fanOut, fused, GATED, NOOP_COMMAND, sequential, TRUE_COMMAND, unfused } from "./plans.ts";
import { print } from "./print.ts";
import { startStack } from "./stack.ts";
import { endToEnd, manyAtOnce, voteToStart } from "./timings.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    history: { type: "string", default: "0" },
    only: { type: "string" },
  },
});
if (values.only === "live-log") {
  const live = await measureLiveLog(Number(process.env.LINES ?? 200));
  if (values.json) console.log(JSON.stringify({ node: process.version, liveLog: live }));
  else
    console.log(
      `from a program's write to the screen of tw logs -f: ${live.p50} ms  (p95 ${live.p95}, n ${live.n}), target ≤ 500 ms`,
    );
  process.exit(0);
}
if (values.only !== undefined) throw new Error(`--only takes live-log, not "${values.only}"`);
const commands = [
  NOOP_COMMAND,
  TRUE_COMMAND,
  sequential(10),
  sequential(20),
  sequential(5),
  fanOut(100),
  fused(5),
  unfused(5),
  GATED,
];

const floors = await measureFloors();
const stack = await startStack({ agent: true });
try {
  for (const command of commands) await stack.put(command);
  const history = Number(values.history);
  if (history > 0) await fillHistory(stack.workspace, history);
  const timings = {
    sequential10: await endToEnd(stack, "bench-sequential-10", 50),
    fanOut100: await endToEnd(stack, "bench-fan-out-100", 30),
    fusedTrue5: await endToEnd(stack, "bench-true-5", 30),
    apartTrue5: await endToEnd(stack, "bench-apart-5", 20),
    voteToStart: await voteToStart(stack, "bench-gated", 20),
    many: await manyAtOnce(stack, "bench-sequential-5", 5, 500, 32),
  };
  const meter = new CostMeter(stack.workspace.db, stack.workspace.tenant, commands);
  const cost = {
    inWorker: await meter.measure("bench-sequential-10", 10),
    inWorkerLong: await meter.measure("bench-sequential-20", 10),
    fused: await meter.measure("bench-true-5", 10),
    agent: await meter.measure("bench-apart-5", 10),
  };
  const roundTrips = {
    hints1: await meter.roundTrips("bench-sequential-5", 1),
    hints10: await meter.roundTrips("bench-sequential-5", 10),
    hints100: await meter.roundTrips("bench-sequential-5", 100),
  };
  const result = { node: process.version, history, floors, timings, cost, roundTrips };
  if (values.json) console.log(JSON.stringify(result));
  else print(result);
} finally {
  await stack.stop();
}

/** On a stack of its own. */
async function measureLiveLog(lines: number) {
  const alone = await startStack({ agent: true });
  try {
    await alone.put({ slug: "bench-ticks", body: TICKER_COMMAND });
    const { url, token } = alone.workspace;
    const main = new URL(import.meta.resolve("@tw/agent/src/main.ts")).pathname;
    const of = { url, token, root: alone.root, tw: [process.execPath, main] as [string, string] };
    return await liveLog({ ...of, env: process.env }, lines);
  } finally {
    await alone.stop();
  }
}
