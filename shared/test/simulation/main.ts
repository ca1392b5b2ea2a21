/** `npm run simulate`: many seeds on all cores, or one seed with its trace. */
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { FAULTS, type Fault } from "./faults.ts";
import { REGRESSIONS } from "./regressions.ts";
import { type Outcome, simulate } from "./simulator.ts";
import { addTo, neverSeen, noTotals, replayLine } from "./totals.ts";

interface Share {
  from: number;
  to: number;
  step: number;
}
function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

async function one(seed: number): Promise<void> {
  const outcome = await simulate(seed, { trace: process.argv.includes("--trace") });
  for (const line of outcome.trace) console.log(line);
  console.log(
    outcome.failure
      ? `seed ${seed}: ${outcome.failure.message}`
      : `seed ${seed}: ${outcome.statuses.join(", ")}; all invariants hold`,
  );
  process.exitCode = outcome.failure ? 1 : 0;
}

async function many(from: number, count: number): Promise<void> {
  const began = performance.now();
  const totals = noTotals();
  const cores = availableParallelism();
  await Promise.all(
    Array.from({ length: cores }, (_, i) => {
      const share: Share = { from: from + i, to: from + count, step: cores };
      const worker = new Worker(import.meta.filename, { workerData: share });
      return new Promise<void>((resolve, reject) => {
        worker.on("message", (outcome: Outcome) => {
          addTo(totals, outcome);
          if (outcome.failure) console.log(`${outcome.failure.message}\n  ${replayLine(outcome.seed)}`);
        });
        worker.on("error", reject);
        worker.on("exit", () => resolve());
      });
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  console.log(`${totals.seeds} seeds, ${totals.events} events in ${seconds.toFixed(1)} s`);
  console.log(
    `runs: ${Object.entries(totals.runs)
      .map(([status, n]) => `${n} ${status}`)
      .join(", ")}`,
  );
  for (const [fault, what] of Object.entries(FAULTS))
    console.log(`${String(totals.seen[fault as Fault] ?? 0).padStart(8)}  ${fault}  ${what}`);
  const blind = count >= 500 ? neverSeen(totals.seen) : [];
  if (blind.length > 0) console.log(`never seen, so the simulation is blind for: ${blind.join(", ")}`);
  console.log(`${totals.failures.length} failures`);
  process.exitCode = totals.failures.length > 0 || blind.length > 0 ? 1 : 0;
}

async function work({ from, to, step }: Share): Promise<void> {
  for (let seed = from; seed < to; seed += step) {
    const { trace: _trace, recorded: _recorded, ...outcome } = await simulate(seed);
    parentPort?.postMessage(outcome);
  }
  process.exit(0);
}

if (!isMainThread && workerData?.step) await work(workerData as Share);
else if (process.argv[1] === import.meta.filename) {
  const seed = option("seed");
  if (seed !== undefined) await one(Number(seed));
  else if (process.argv.includes("--regressions")) for (const known of REGRESSIONS) await one(known.seed);
  else await many(Number(option("from") ?? 1), Number(option("seeds") ?? 1000));
}
