/** After a crash: what the journal says was begun is brought to a known end before any new work is taken. */
import { mkdirSync, rmSync, statSync } from "node:fs";
import { stepReport } from "@tw/shared/agents/step-report";
import type { JobStep, LeasedJob, StepReport } from "@tw/shared/contracts/agent-protocol";
import { secretsNamed } from "@tw/shared/receipts/call-digest";
import type { Config } from "./config.ts";
import { ownEnv, secretsOf } from "./env.ts";
import type { Entry } from "./journal.ts";
import { readMark } from "./launched.ts";
import { finalOutputs, type Outputs, writtenOutputs } from "./outputs.ts";
import { endOrphan } from "./process.ts";
import { localSecret } from "./secrets.ts";

type Of<T extends Entry["t"]> = Extract<Entry, { t: T }>;
export interface Recovered {
  job: LeasedJob;
  reports: StepReport[];
  /** Files of its attempts, to be removed once its report is delivered. */
  files: string[];
}

/** Ends orphans, adopts exit codes, and says for each job that was held how its steps went. */
export async function recover(left: Entry[], boot: string, config: Config): Promise<Recovered[]> {
  const sameBoot = left.findLast((entry): entry is Of<"start"> => entry.t === "start")?.boot === boot;
  const closed = new Set(left.filter((entry) => entry.t === "closed").map((entry) => entry.job));
  const open = left.filter(
    (entry): entry is Of<"leased"> => entry.t === "leased" && !closed.has(entry.job.job),
  );
  return Promise.all(
    open.map(async ({ job }) => {
      const mine = left.filter((entry) => "job" in entry && entry.job === job.job);
      const reports: StepReport[] = [];
      for (const step of job.steps) reports.push(await settle(step, mine, reports, sameBoot, config));
      const spawning = mine.filter((entry): entry is Of<"spawning"> => entry.t === "spawning");
      return { job, reports, files: spawning.flatMap(({ mark, out }) => [mark, `${mark}.probe`, out]) };
    }),
  );
}

async function settle(
  step: JobStep,
  entries: Entry[],
  before: StepReport[],
  sameBoot: boolean,
  config: Config,
): Promise<StepReport> {
  const settled = entries.findLast(
    (entry): entry is Of<"settled"> => entry.t === "settled" && entry.report.step === step.step,
  );
  if (settled) return settled.report;
  const interrupted = { code: "interrupted", message: "The agent ended before this step started." };
  const spawning = entries.findLast(
    (entry): entry is Of<"spawning"> => entry.t === "spawning" && entry.step === step.step,
  );
  if (!spawning) {
    const stopped = before.some((report) => report.state !== "succeeded");
    return stepReport(step, "not_started", { error: stopped ? null : interrupted });
  }
  const spawned = entries.findLast(
    (entry): entry is Of<"spawned"> => entry.t === "spawned" && entry.step === step.step,
  );
  // A directory in the mark's place: a starter that is only now on its way cannot open it and gives up.
  if (sameBoot && closeDoor(spawning.mark)) return stepReport(step, "not_started", { error: interrupted });
  const lived =
    sameBoot &&
    (await endOrphan(
      spawned?.pid ?? null,
      spawned?.start ?? null,
      `TW_OUTPUT=${spawning.out}`,
      config.graceMs,
    ));
  const code = readMark(spawning.mark)?.code ?? null;
  if (lived && (code === null || code > 128))
    return ended(step, "It still ran when the agent came back from a crash, and was ended.");
  if (code === null)
    return ended(
      step,
      "The agent or its machine went down while it ran; whether it took effect is not known.",
    );
  return adopt(step, code, spawning, config);
}

function ended(step: JobStep, message: string): StepReport {
  return stepReport(step, "failed", { log_truncated: true, error: { code: "interrupted", message } });
}

/** Makes sure the program can never start, if it has not. True when it never will. */
function closeDoor(mark: string): boolean {
  try {
    mkdirSync(mark);
    return true;
  } catch {
    return false;
  }
}

/** The program ended by itself while no agent watched: its exit code is the truth, its print is lost. */
function adopt(step: JobStep, code: number, spawning: Of<"spawning">, config: Config): StepReport {
  const facts = { exit_code: code, log_truncated: true };
  let outputs: Outputs | null;
  try {
    const { secrets, unknown } = knownSecrets(step, config);
    outputs = finalOutputs({ ...(spawning.outputs as Outputs), ...writtenOutputs(spawning.out) }, secrets);
    if (Object.keys(outputs).length === 0) outputs = null;
    else if (unknown !== undefined)
      throw new Error(
        `They may hold the secret "${unknown}", which this agent does not know any more, and are not told.`,
      );
  } catch (error) {
    return stepReport(step, "failed", {
      ...facts,
      error: { code: "outputs_invalid", message: (error as Error).message },
    });
  }
  if (step.run?.ok_codes.includes(code)) return stepReport(step, "succeeded", { ...facts, outputs });
  const message = `The program ended with exit code ${code}, while the agent was away.`;
  return stepReport(step, "failed", { ...facts, outputs, error: { code: "exit_code", message } });
}

function knownSecrets(step: JobStep, config: Config): { secrets: string[]; unknown: string | undefined } {
  const secrets = [config.token, ...secretsOf(ownEnv("wrangler", config.root, process.env))];
  let unknown: string | undefined;
  for (const name of secretsNamed(step)) {
    try {
      const found = localSecret(name, config.stateDir, process.env);
      if (found) secrets.push(found.value);
      // Of the workspace, or removed meanwhile: it cannot be recognised.
      else unknown = name;
    } catch {
      unknown = name;
    }
  }
  return { secrets, unknown };
}

/** Removes the files of a job that is over. A closed door stays until a later start: its starter may still come. */
export function removeFiles(files: string[]): void {
  for (const file of files)
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) rmSync(file, { force: true });
}
