/** What tests of runs have in common: a dispatcher that ticks, peers over HTTP, and runs looked at from start to end. */
import { requestCancel } from "@tw/shared/db/cancel-run";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type Answer, type HttpPeer, httpPeer } from "./http-peer.ts";
import { type RunView, untilRun, viewRun } from "./views.ts";
import { startWorkbench, TENANT, type Workbench } from "./workbench.ts";
import { compile, type Workflow } from "./workflows.ts";

type Args = Parameters<typeof compile>[1];

export interface Runs {
  readonly bench: Workbench;
  /** A server that is closed with the test. */
  peer(answer: Answer): Promise<HttpPeer>;
  start(definition: Workflow, args?: Args, more?: object): Promise<string>;
  /** Starts a run, waits for its end and looks at its history. */
  finish(definition: Workflow, args?: Args, more?: object): Promise<RunView & { run: string }>;
  cancel(run: string): Promise<unknown>;
  /** Events are numbered without gaps, end with the run's own end, and say the row's state. */
  checkHistory(run: string): Promise<void>;
}

/** To be called once in a test file, outside of its tests. */
export function useRuns(): Runs {
  let bench: Workbench;
  let stopTicks: () => Promise<void>;
  const peers: HttpPeer[] = [];
  beforeAll(async () => {
    bench = await startWorkbench();
    stopTicks = bench.tick(100);
  });
  afterAll(async () => {
    await stopTicks?.();
    await bench?.stop();
  });
  afterEach(async () => {
    await Promise.all(peers.splice(0).map((p) => p.close()));
  });
  const runs: Runs = {
    get bench() {
      return bench;
    },
    async peer(answer) {
      const made = await httpPeer(answer);
      peers.push(made);
      return made;
    },
    async start(definition, args = {}, more = {}) {
      const run = await bench.run(await compile(definition, args, more));
      await bench.hint([run]);
      return run;
    },
    async finish(definition, args = {}, more = {}) {
      const run = await runs.start(definition, args, more);
      const view = await untilRun(bench, run);
      await runs.checkHistory(run);
      return { run, ...view };
    },
    async cancel(run) {
      const by = { id: "usr_test", name: "Test", type: "person" as const };
      const outcome = await requestCancel(
        bench.db,
        { tenantId: TENANT, runId: run, by, reason: "enough" },
        Date.now(),
      );
      await bench.hint([run]);
      return outcome;
    },
    checkHistory: (run) => checkHistory(bench, run),
  };
  return runs;
}

export const statuses = (view: RunView) =>
  Object.fromEntries(Object.entries(view.steps).map(([id, s]) => [id, s.status]));

async function checkHistory(bench: Workbench, run: string): Promise<void> {
  const { results } = await bench.db
    .prepare("SELECT seq, first_seq, events_json FROM run_events WHERE run_id = ? ORDER BY seq")
    .bind(run)
    .all<{ seq: number; first_seq: number; events_json: string }>();
  const events = results.flatMap(
    (r) =>
      JSON.parse(r.events_json) as { seq: number; type: string; step?: string; data: { status?: string } }[],
  );
  expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
  const row = await bench.db
    .prepare("SELECT status, event_seq FROM workflow_executions WHERE id = ?")
    .bind(run)
    .first<{ status: string; event_seq: number }>();
  expect(row?.event_seq).toBe(events.length);
  expect(events.at(-1)?.type).toBe(`run.${row?.status}`);
  const said = new Map<string, string>();
  for (const e of events)
    if (e.step && e.type.startsWith("step.") && e.data.status) said.set(e.step, e.data.status);
  const view = await viewRun(bench.db, run);
  for (const [id, status] of said) expect(view.steps[id]?.status, `${run} ${id}`).toBe(status);
}
