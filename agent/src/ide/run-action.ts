/** A step the agent does itself: the same checks before it, the same journal and report around it as for a program. */
import { writeFileSync } from "node:fs";
import { stepReport } from "@tw/shared/agents/step-report";
import type { JobStep, LeasedJob, StepReport } from "@tw/shared/contracts/agent-protocol";
import { ownEnv, secretsOf } from "../env.ts";
import { projectPath } from "../find-program.ts";
import type { StopReason } from "../leases.ts";
import type { LogStream } from "../log-stream.ts";
import { maskText } from "../mask.ts";
import { NotStarted, stopped } from "../not-started.ts";
import { finalOutputs, OutputsError } from "../outputs.ts";
import { PolicyDenied } from "../policy.ts";
import type { Asking } from "../prepare-step.ts";
import { allowedBy } from "../probing.ts";
import { checkRequires } from "../requires.ts";
import { type Scratch, type StepPorts, stepKey } from "../step-ports.ts";
import { actionOf } from "./actions.ts";
import { type Action, type ActionContext, ActionFailed } from "./context.ts";
import { recoverEdits } from "./edits.ts";

const LASTING_MS = 50;
const TIMER_MAX_MS = 2 ** 31 - 1;
const LOG_LINE = 4_000;
/** Changes that an agent before this one left half done are taken back before anything is done here. */
let recovered: Promise<void> | undefined;

type ActionStep = JobStep & { action: NonNullable<JobStep["action"]> };

/** Runs the step to its end. Never throws: whatever goes wrong is in the report. */
export async function runAction(
  job: LeasedJob,
  step: ActionStep,
  stop: AbortSignal,
  scratch: Scratch,
  log: LogStream,
  ports: StepPorts,
): Promise<StepReport> {
  const { config } = ports;
  const env = ownEnv("", config.root, process.env);
  const secrets = [config.token, ...secretsOf(env)];
  const late = AbortSignal.timeout(Math.min(step.timeout_s * 1_000, TIMER_MAX_MS));
  const signal = AbortSignal.any([stop, late]);
  const say = (line: string) => {
    const text = line.length > LOG_LINE ? `${line.slice(0, LOG_LINE)}…` : line;
    log.write(`${maskText(text, secrets)}\n`);
  };
  const began = performance.now();
  const facts = () => ({
    duration_ms: Math.round((performance.now() - began) * 100) / 100,
    log_bytes: log.bytes,
    log_truncated: log.truncated,
  });
  let lasting: NodeJS.Timeout | undefined;
  try {
    const asking = await ports.grants?.of(job, step, stop);
    const { action, context } = await prepare(step, env, scratch, signal, say, ports, asking);
    ports.checkLeases();
    if (stop.aborted) return stopped(step, stop.reason as StopReason);
    if (step.effect !== "read") {
      // From here on it may have taken effect: an agent that comes back after a crash says so.
      const { mark, out } = scratch;
      ports.journal.write({
        t: "spawning",
        job: job.job,
        step: step.step,
        key: stepKey(job, step),
        mark,
        out,
        outputs: {},
      });
      await ports.journal.synced();
      writeFileSync(mark, `${process.pid}\n`, { flag: "wx" });
      ports.checkLeases();
    }
    signal.throwIfAborted();
    lasting = setTimeout(() => ports.onLasting(), LASTING_MS);
    const outputs = finalOutputs(await action(context), secrets);
    log.finish();
    return stepReport(step, "succeeded", { ...facts(), outputs });
  } catch (error) {
    log.finish();
    const message = maskText((error as Error).message, secrets);
    const failed = (code: string, text = message) =>
      stepReport(step, "failed", { ...facts(), error: { code, message: text } });
    if (stop.aborted)
      return stop.reason === "quit"
        ? failed("interrupted", "The agent was stopped while this step ran.")
        : stepReport(step, "cancelled", facts());
    if (late.aborted) return failed("timeout", `It took longer than ${step.timeout_s} s and was stopped.`);
    if (error instanceof NotStarted)
      return stepReport(step, "not_started", { error: { code: error.code, message } });
    if (error instanceof PolicyDenied)
      return stepReport(step, "not_started", { error: { code: "policy_denied", message } });
    if (error instanceof ActionFailed || error instanceof OutputsError) return failed(error.code);
    return failed("internal");
  } finally {
    clearTimeout(lasting);
  }
}

async function prepare(
  step: ActionStep,
  env: Record<string, string>,
  scratch: Scratch,
  signal: AbortSignal,
  say: (line: string) => void,
  { config, guard, tellFound, services }: StepPorts,
  { grant, pinned = false }: Asking = {},
): Promise<{ action: Action; context: ActionContext }> {
  await guard.fresh();
  guard.command(step.command, step.effect);
  const { name, args, requires } = step.action;
  const cwd = guard.cwd(step.action.cwd);
  const path = env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
  const action = await actionOf(name);
  if (!action)
    throw new NotStarted(
      "policy_denied",
      `This agent does not know the action "${name}"; it is older than the workspace.`,
    );
  const envOf = (tool: string) => ownEnv(tool, config.root, process.env);
  const place = { cwd, root: config.root, path, env, envOf, allows: allowedBy(guard, path) };
  if (requires.length > 0)
    await checkRequires(requires, place, (need, found) => tellFound?.(step.action.cwd, need, found));
  const { demand } = guard.demand(step, pinned);
  if (demand !== "allow") {
    if (!grant)
      throw new NotStarted("policy_denied", "This machine asks for a receipt, and none can be had.");
    await grant({ secrets: [], demand });
  }
  recovered ??= recoverEdits(config.stateDir, say);
  await recovered;
  const own = { ...env, PATH: projectPath(cwd, config.root, path) };
  return { action, context: { args, cwd, config, guard, env: own, path, signal, scratch, say, services } };
}
