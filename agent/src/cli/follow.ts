/** A run as lines on a terminal, while it happens. */
import { type Api, type Run, type Step, TERMINAL } from "./api.ts";

const MARKS: Record<string, string> = {
  succeeded: "✓",
  failed: "✗",
  skipped: "–",
  cancelled: "–",
  running: "▸",
  waiting: "?",
  unknown: "!",
};

/** Prints each step as it changes, its log when it is over, and what waits for a person; resolves with the ended run. */
export async function follow(api: Api, id: string, print: (line: string) => void): Promise<Run> {
  const shown = new Map<string, string>();
  print(`run ${id}`);
  for (let after = 0; ; ) {
    const run = await api.get<Run>(`/api/runs/${id}`);
    for (const step of run.steps) await showStep(api, id, step, shown, print);
    for (const { id: checkpoint, prompt, status } of run.checkpoints) {
      if (shown.get(checkpoint) === status) continue;
      shown.set(checkpoint, status);
      print(
        status === "pending"
          ? `? ${prompt}\n  tw approve ${checkpoint}   or   tw reject ${checkpoint}`
          : `  ${checkpoint} ${status}`,
      );
    }
    if (TERMINAL.includes(run.status)) {
      print(`${run.status}${run.error ? `: ${run.error.message}` : ""}`);
      return run;
    }
    after = await nextEvent(api, id, after);
  }
}

async function showStep(
  api: Api,
  id: string,
  step: Step,
  shown: Map<string, string>,
  print: (line: string) => void,
): Promise<void> {
  const state = `${step.status} ${step.attempt}`;
  if (shown.get(step.id) === state || ["pending", "ready", "queued"].includes(step.status)) return;
  shown.set(step.id, state);
  print(`${MARKS[step.status] ?? " "} ${step.id}${step.error ? `: ${step.error.message}` : ""}`);
  if (!["succeeded", "failed", "cancelled"].includes(step.status)) return;
  const log = await api.text(`/api/runs/${id}/logs?step=${encodeURIComponent(step.id)}`).catch(() => "");
  for (const line of log.replace(/\n$/, "").split("\n")) if (log !== "") print(`  │ ${line}`);
}

/** Waits until something happened after event `after`; the number of the newest. */
async function nextEvent(api: Api, id: string, after: number): Promise<number> {
  for (;;) {
    const { items } = await api.get<{ items: { seq: number }[] }>(`/api/runs/${id}/events?after=${after}`);
    const newest = items.at(-1)?.seq;
    if (newest !== undefined) return newest;
    await new Promise((go) => setTimeout(go, 250));
  }
}

interface PlanShape {
  plan_digest?: string;
  steps: {
    id: string;
    argv?: string[] | null;
    cwd?: string | null;
    effect: string;
    checkpoint?: unknown;
    command: string;
  }[];
}

/** A plan as lines: what would run, where, and who would be asked. */
export function printPlan(plan: unknown, print: (line: string) => void): void {
  const { steps, plan_digest } = plan as PlanShape;
  for (const step of steps) {
    print(
      `${step.checkpoint ? "? " : "  "}${step.id} (${step.effect}): ${step.argv ? step.argv.join(" ") : step.command}`,
    );
  }
  if (plan_digest) print(`plan ${plan_digest}; nothing was done`);
}
