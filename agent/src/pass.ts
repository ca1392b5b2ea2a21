/** What `tw-kit` needs to reach the workspace for its own step's files; no other program gets it. */
import { basename } from "node:path";
import type { JobStep, LeasedJob } from "@tw/shared/contracts/agent-protocol";
import type { Config } from "./config.ts";

/** Variables of the step's environment, and the pass, which must not show in a log. Nothing for other programs. */
export async function passFor(
  job: LeasedJob,
  step: JobStep,
  config: Config,
): Promise<{ env: Record<string, string>; secrets: string[] }> {
  const programs = step.run ? [step.run, ...step.run.before, ...step.run.after] : [];
  const wants = programs.some(
    ({ program, argv }) =>
      basename(program) === "tw-kit" && typeof argv[0] === "string" && argv[0].startsWith("object-"),
  );
  if (!wants) return { env: {}, secrets: [] };
  const [{ makePass }, { hashToken }] = await Promise.all([
    import("@tw/shared/job-pass"),
    import("@tw/shared/tokens"),
  ]);
  const of = { job: job.job, fence: job.fence, step: step.step };
  const pass = await makePass(await hashToken(config.token), of);
  return {
    env: { TW_URL: config.url, TW_JOB: job.job, TW_FENCE: String(job.fence), TW_PASS: pass },
    secrets: [pass],
  };
}
