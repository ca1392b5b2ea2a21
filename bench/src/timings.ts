/** End to end, over HTTP, as a client sees it. */

import type { Stack } from "./stack.ts";
import { type Figures, figures, timed } from "./stats.ts";

/** From the request that starts a run to the answer that it is over. */
export async function endToEnd(stack: Stack, slug: string, times: number): Promise<Figures> {
  return figures(await timed(times, 5, async () => stack.wait(await stack.execute(slug))));
}

export interface Throughput {
  runs: number;
  ms: number;
  stepsPerSecond: number;
  serverMemoryMiB: number;
}

/** `runs` runs started at once by `clients` connections; over when the last one is, by the server's own clock. */
export async function manyAtOnce(
  stack: Stack,
  slug: string,
  stepsPerRun: number,
  runs: number,
  clients: number,
): Promise<Throughput> {
  const from = Date.now();
  const ids: string[] = [];
  let left = runs;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left-- > 0) ids.push(await stack.execute(slug));
    }),
  );
  const json = JSON.stringify(ids);
  for (;;) {
    const row = await stack.workspace.db
      .prepare(
        "SELECT count(finished_at) AS n, max(finished_at) AS at FROM workflow_executions WHERE id IN (SELECT value FROM json_each(?1))",
      )
      .bind(json)
      .first<{ n: number; at: number }>();
    if (row?.n === runs) {
      const ms = row.at - from;
      return {
        runs,
        ms,
        stepsPerSecond: Math.round((runs * stepsPerRun * 1000) / ms),
        serverMemoryMiB: await memoryMiB(),
      };
    }
  }
}

/** Resident memory of this process and its workerd children. */
async function memoryMiB(): Promise<number> {
  const { readdir, readFile } = await import("node:fs/promises");
  let kilobytes = 0;
  for (const pid of (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const ours = status.includes(`PPid:\t${process.pid}\n`) && status.startsWith("Name:\tworkerd");
    if (ours || Number(pid) === process.pid) kilobytes += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }
  return Math.round(kilobytes / 1024);
}

/** From sending a vote to the event that the step behind the gate has started, on an open event stream. */
export async function voteToStart(stack: Stack, slug: string, times: number): Promise<Figures> {
  const samples: number[] = [];
  for (let i = 0; i < times + 3; i++) {
    const run = await stack.wait(await stack.execute(slug));
    const checkpoint = run.checkpoints[0];
    if (!checkpoint) throw new Error(`${slug}: run ${run.id} has no checkpoint`);
    const stream = await stack.workspace.request(`/api/runs/${run.id}/events`, {
      headers: { accept: "text/event-stream" },
    });
    const started = sawStart(stream, "after");
    const from = performance.now();
    await stack.workspace.request(`/api/checkpoints/${checkpoint.id}/approve`, { body: { approved: true } });
    await started;
    if (i >= 3) samples.push(performance.now() - from);
  }
  return figures(samples);
}

async function sawStart(stream: Response, step: string): Promise<void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (
      text.split("\n\n").some((event) => event.includes("event: step.started") && event.includes(`"${step}"`))
    ) {
      await stream.body?.cancel().catch(() => undefined);
      return;
    }
  }
  throw new Error(`the event stream ended before step ${step} started`);
}
