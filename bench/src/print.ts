/** The figures as a table for people. Targets are those of the product's design. */
import type { Cost } from "./cost.ts";
import type { Floors } from "./floors.ts";
import type { Figures } from "./stats.ts";
import { round } from "./stats.ts";
import type { Throughput } from "./timings.ts";

export interface Result {
  node: string;
  history: number;
  floors: Floors;
  timings: {
    sequential10: Figures;
    fanOut100: Figures;
    fusedTrue5: Figures;
    apartTrue5: Figures;
    voteToStart: Figures;
    many: Throughput;
  };
  cost: { inWorker: Cost; inWorkerLong: Cost; fused: Cost; agent: Cost };
  roundTrips: { hints1: number; hints10: number; hints100: number };
}

export function print(r: Result): void {
  const row = (name: string, value: string, target = "") =>
    console.log(`${name.padEnd(58)}${value.padEnd(34)}${target}`);
  const ms = (f: Figures) => `${f.p50} ms  (p95 ${f.p95}, n ${f.n})`;
  const { timings: t, floors: f } = r;
  console.log(`Node ${r.node}, ${r.history} finished runs in the database\n`);
  row("floors of this machine", "p50", "");
  row("  spawn /bin/true with execa", ms(f.spawnTrue));
  row("  one loopback request to a hello-world Worker", ms(f.loopbackRequest));
  row("  one D1 write", ms(f.d1Write));
  console.log();
  row("end to end over HTTP", "p50", "target");
  row("  W1 10-step in-Worker workflow", ms(t.sequential10));
  row("     per step", `${round(t.sequential10.p50 / 10)} ms`, "≤ 1.0 ms");
  row("  W2 fan-out of 100 and a join", ms(t.fanOut100), "≤ 20 ms");
  row(
    "  W3 500 runs of 5 steps at once",
    `${t.many.stepsPerSecond} steps/s in ${t.many.ms} ms`,
    "≥ 5,400 steps/s",
  );
  row("     memory of Workers and launcher", `${t.many.serverMemoryMiB} MiB`, "≤ 500 MiB");
  row("  W4 5 fused /bin/true steps", ms(t.fusedTrue5));
  row("     per step", `${round(t.fusedTrue5.p50 / 5)} ms`, "≤ 2.3 ms");
  row("     5 unfused /bin/true steps", ms(t.apartTrue5));
  row("  W5 a vote to the start of the next step", ms(t.voteToStart), "≤ 2.0 ms");
  console.log();
  row("D1 rows per step", "written / read, hints per run", "target (written)");
  const cost = (c: Cost) => `${c.rowsWrittenPerStep} / ${c.rowsReadPerStep}, ${c.hintsPerRun} hints`;
  row("  in the Worker, 10 steps", cost(r.cost.inWorker), "≤ 2");
  row("  in the Worker, 20 steps", cost(r.cost.inWorkerLong), "≤ 2");
  row("  on an agent, 5 fused steps", cost(r.cost.fused), "≤ 4");
  row("  on an agent, 5 steps apart", cost(r.cost.agent), "≤ 6");
  row("$ per million steps, in the Worker (10 steps)", `${r.cost.inWorker.dollarsPerMillionSteps}`, "≤ 1.70");
  row("$ per million steps, fused", `${r.cost.fused.dollarsPerMillionSteps}`, "≤ 1.70");
  console.log();
  row(
    "D1 round trips of one batch of 1, 10, 100 hints",
    `${r.roundTrips.hints1}, ${r.roundTrips.hints10}, ${r.roundTrips.hints100}`,
    "does not grow",
  );
}
