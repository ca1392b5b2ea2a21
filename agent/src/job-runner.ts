/** One leased job: its steps in order, each reported, until one does not succeed. */
import { join } from "node:path";
import { stepReport } from "@tw/shared/agents/step-report";
import type { LeasedJob } from "@tw/shared/contracts/agent-protocol";
import type { Connection } from "./connection.ts";
import type { Held, StopReason } from "./leases.ts";
import { LogStream } from "./log-stream.ts";
import { stopped } from "./not-started.ts";
import { removeFiles } from "./recover.ts";
import { type Delivered, Reporter } from "./reporter.ts";
import { type Scratch, type StepPorts, stepKey } from "./step-ports.ts";
import { runStep } from "./step-runner.ts";

export interface JobPorts extends Omit<StepPorts, "onLasting"> {
  connection: Connection;
  seqBase: number;
  /** A fresh name for the files of one attempt. */
  scratchName(): string;
  /** May the last report bring back more work? */
  ask(): { request: string; free: number } | undefined;
}

/** Runs the job and delivers its result. Resolves with the new leases that came with the answer, if any did. */
export async function runJob(
  held: Held,
  ports: JobPorts,
): Promise<{ leases: LeasedJob[]; askedAt: number } | undefined> {
  const { job, stop } = held;
  const { journal, connection, config } = ports;
  journal.write({ t: "leased", job });
  const lost = () => stop.abort("lost" satisfies StopReason);
  // Asked before anything is sent: after a sleep the lease may be over, and then not a word more about this job.
  const isLost = () => {
    ports.checkLeases();
    return stop.signal.reason === "lost";
  };
  const reporter = new Reporter(job, connection, ports.seqBase, { lost, isLost });
  const logs: LogStream[] = [];
  const used: Scratch[] = [];
  const pump = () => {
    for (const log of logs) log.pump();
  };
  connection.on("open", pump);

  let goOn = true;
  for (const step of job.steps) {
    if (stop.signal.reason === "lost") break;
    if (stop.signal.aborted || !goOn) {
      const report = goOn ? stopped(step, stop.signal.reason as StopReason) : stepReport(step, "not_started");
      journal.write({ t: "settled", job: job.job, report });
      reporter.update(report);
      goOn = false;
      continue;
    }
    if (journal.isSpent(stepKey(job, step))) {
      const error = {
        code: "interrupted",
        message: "This attempt was already started here once; it is never started twice.",
      };
      const report = stepReport(step, "failed", { error });
      journal.write({ t: "settled", job: job.job, report });
      reporter.update(report);
      goOn = false;
      continue;
    }
    const name = join(config.stateDir, "steps", ports.scratchName());
    const scratch: Scratch = { mark: `${name}.mark`, out: `${name}.out` };
    used.push(scratch);
    const log = new LogStream((start, text) =>
      isLost() ? Promise.resolve(true) : sendLog(job, step, start, text, connection, lost),
    );
    logs.push(log);
    const onLasting = () => reporter.update(stepReport(step, "running"));
    const report = await runStep(job, step, stop.signal, scratch, log, { ...ports, onLasting });
    if (stop.signal.reason === "lost") break;
    journal.write({ t: "settled", job: job.job, report });
    reporter.update(report);
    goOn = report.state === "succeeded";
  }

  let delivered: Delivered = { outcome: "lost", leases: undefined, askedAt: 0 };
  if (stop.signal.reason !== "lost") {
    // On disk before it goes out: what was told must be known after a crash too. On a full disk it goes out all the same:
    // after a crash the next agent then tells again, under the same fence, and the hub keeps what it heard first.
    await journal.synced().catch(() => {});
    delivered = await reporter.finish(ports.ask);
  }
  journal.write({ t: "closed", job: job.job });
  // Not now: the next job may be waiting.
  setImmediate(() => removeFiles(used.flatMap(({ mark, out }) => [mark, `${mark}.probe`, out])));
  const over = () => {
    connection.off("open", pump);
    for (const log of logs) log.drop();
  };
  if (delivered.outcome === "ok") void afterLogs(logs, over);
  else over();
  return delivered.leases && { leases: delivered.leases, askedAt: delivered.askedAt };
}

/** Late chunks are taken for a while after the result; then nobody waits for them. */
async function afterLogs(logs: LogStream[], over: () => void): Promise<void> {
  const late = new Promise<void>((go) => setTimeout(go, LATE_LOG_MS).unref());
  await Promise.race([Promise.all(logs.map((log) => log.sent())), late]);
  over();
}
const LATE_LOG_MS = 25_000;

async function sendLog(
  job: LeasedJob,
  step: { step: string; attempt: number },
  start: number,
  text: string,
  connection: Connection,
  lost: () => void,
): Promise<boolean> {
  if (!connection.isOpen) return false;
  const { step: id, attempt } = step;
  try {
    const answer = await connection.request({
      type: "log",
      job: job.job,
      fence: job.fence,
      step: id,
      attempt,
      start,
      text,
    });
    if (answer.type === "lost") lost();
    // What the hub refuses once it refuses again; only a busy one is asked again.
    return !(answer.type === "error" && answer.code === "unavailable");
  } catch {
    return false;
  }
}
