/** A run as lines on a terminal, while it happens: steps as they change, their output as it is written, who is waited for. */
import { type Api, type Run, type Step, TERMINAL } from "./api.ts";
import { LogPrinter } from "./log-printer.ts";
import type { Screen } from "./terminal.ts";
import { tame } from "./terminal.ts";

const MARKS: Record<string, string> = {
  succeeded: "✓",
  failed: "✗",
  skipped: "–",
  cancelled: "–",
  running: "▸",
  waiting: "?",
  unknown: "!",
};
const ENDED = ["succeeded", "failed", "cancelled", "skipped", "unknown"];
/** An agent that goes leaves no event in the run; while nothing runs, the run is read again so often. */
const LOOK_MS = 3_000;
/** Programs' last words can come a moment after the run's end. */
const LAST_WORDS_MS = 2_000;

export interface FollowOptions {
  /** Return as soon as the run waits for a person. */
  stopAtPeople?: boolean;
  signal?: AbortSignal;
}

/** Shows a run until it is over; resolves with it as it was last read, or null when `signal` came before it was read at all. */
export async function follow(
  api: Api,
  id: string,
  screen: Screen,
  options: FollowOptions = {},
): Promise<Run | null> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const said = new Map<string, string>();
  const { style } = screen;
  screen.print(style.dim(`run ${id}`));
  const progress = screen.progress("starting");
  const lost = () => screen.note("The connection was lost; trying again. The run goes on meanwhile.");
  const logs = followLogs(api, id, screen, {}, signal);
  const read = () => api.getWhenThere<Run>(`/api/runs/${id}`, signal, lost);
  const first = await read();
  if (!first) return null;
  let run = first;
  const show = () => {
    for (const step of run.steps) showStep(step, said, screen);
    showWaits(run, said, screen);
    progress.update(summary(run));
  };
  const over = () =>
    TERMINAL.includes(run.status) || (options.stopAtPeople === true && run.status === "waiting");
  const looking = setInterval(async () => {
    if (over() || run.steps.some((step) => step.status === "running")) return;
    run = await api.get<Run>(`/api/runs/${id}`).catch(() => run);
    show();
  }, LOOK_MS);
  try {
    show();
    if (!over())
      for await (const _ of api.events(`/api/runs/${id}/events`, signal, lost)) {
        run = (await read()) ?? run;
        show();
        if (over()) break;
      }
    if (!TERMINAL.includes(run.status)) run = (await read()) ?? run;
    let timer: NodeJS.Timeout | undefined;
    if (TERMINAL.includes(run.status))
      await Promise.race([
        logs,
        new Promise((go) => {
          timer = setTimeout(go, LAST_WORDS_MS);
        }),
      ]);
    clearTimeout(timer);
  } finally {
    clearInterval(looking);
    stop.abort();
    progress.stop();
    await logs.catch(() => {});
  }
  if (TERMINAL.includes(run.status)) {
    const line = `${run.status}${run.error ? `: ${tame(run.error.message)}` : ""}`;
    screen.print(run.status === "succeeded" ? style.good(line) : style.bad(line));
  }
  return run;
}

/** Prints what a run's programs write, as it comes, until the run is over. */
export async function followLogs(
  api: Api,
  id: string,
  screen: Screen,
  of: { step?: string; attempt?: string },
  signal?: AbortSignal,
  lost?: () => void,
): Promise<void> {
  const query = new URLSearchParams(Object.entries(of).filter(([, value]) => value !== undefined));
  const printer = new LogPrinter(screen);
  try {
    for await (const event of api.events(`/api/runs/${id}/logs?${query}`, signal, lost)) {
      printer.take(event);
      await screen.drained();
    }
  } finally {
    printer.flush();
  }
}

function showStep(step: Step, said: Map<string, string>, { print, style }: Screen): void {
  const state = `${step.status} ${step.attempt}`;
  if (said.get(step.id) === state || ["pending", "ready", "queued"].includes(step.status)) return;
  said.set(step.id, state);
  const mark = MARKS[step.status] ?? " ";
  const paint =
    step.status === "succeeded"
      ? style.good
      : step.status === "failed"
        ? style.bad
        : ENDED.includes(step.status)
          ? style.warn
          : style.strong;
  const again = step.attempt > 1 ? style.dim(` (attempt ${step.attempt})`) : "";
  print(`${paint(mark)} ${step.id}${again}${step.error ? `: ${tame(step.error.message)}` : ""}`);
}

function showWaits(run: Run, said: Map<string, string>, { print, style }: Screen): void {
  for (const { steps, message } of run.waiting_for ?? []) {
    const key = `waits ${steps.join(" ")}`;
    if (said.get(key) === message) continue;
    said.set(key, message);
    print(`${style.warn("…")} ${steps.join(", ")}: ${tame(message)}`);
  }
  for (const { id, prompt, status } of run.checkpoints) {
    if (said.get(id) === status) continue;
    said.set(id, status);
    print(
      status === "pending"
        ? `${style.warn("?")} ${tame(prompt)}\n  tw approve ${id}   or   tw reject ${id}`
        : style.dim(`  ${id} ${status}`),
    );
  }
}

function summary(run: Run): string {
  const done = run.steps.filter((step) => ENDED.includes(step.status)).length;
  const now = run.steps.filter((step) => step.status === "running").map((step) => step.id);
  if (run.status === "waiting") return "waiting for a person";
  if (run.status === "rolling_back") return "undoing";
  if (now.length === 0 && run.waiting_for?.length) return "waiting for an agent";
  return `${done} of ${run.steps.length} steps${now.length > 0 ? ` · ${now.join(", ")}` : ""}`;
}

interface PlanShape {
  plan_digest?: string;
  warnings?: string[];
  steps: {
    id: string;
    argv?: string[] | null;
    cwd?: string | null;
    effect: string;
    args?: { [name: string]: unknown };
    checkpoint?: unknown;
    command: string;
  }[];
}

/** A plan as lines: what would run, where, and who would be asked. */
export function planLines(plan: unknown): string[] {
  const { steps, plan_digest, warnings = [] } = plan as PlanShape;
  return [
    ...steps.map(
      (step) =>
        `${step.checkpoint ? "? " : "  "}${step.id} (${step.effect}${step.args?.dry_run === true ? ", dry run" : ""}): ${tame(step.argv ? step.argv.join(" ") : step.command)}`,
    ),
    ...warnings.map((warning) => `! ${tame(warning)}`),
    ...(plan_digest ? [`plan ${plan_digest}; nothing was done`] : []),
  ];
}
