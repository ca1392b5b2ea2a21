/** A program of an agent's job at the workspace's door: whose step it is, and whether that step may do this with this file. */
import { readRequester } from "@tw/shared/db/grants";
import { type JobHolder, readJobHolder } from "@tw/shared/db/job-holders";
import { Refusal } from "@tw/shared/errors";
import { derivedId } from "@tw/shared/ids";
import { makePass, samePass } from "@tw/shared/job-pass";
import { demand, type PlatformContext } from "@tw/shared/platform/action";
import type { Scope } from "@tw/shared/scopes";
import type { Env } from "./env.ts";

/** What `tw-kit` does with a file of the workspace, and what its requester needs for it. */
const VERBS: { readonly [verb: string]: Scope } = {
  "object-keep": "runs:execute",
  "object-upload": "runs:execute",
  "object-download": "runs:read",
};

/**
 * The context of the step that shows a pass in `X-TW-Job`, `X-TW-Fence`, `X-TW-Step` and `X-TW-Pass`.
 * @throws Refusal 401 for a pass that is none, of another job or of a lease that is over; 403 for another file or another use
 */
export async function jobContext(
  env: Env,
  request: Request,
  ask: { verb: string; key: string },
): Promise<PlatformContext> {
  const header = (name: string) => request.headers.get(name) ?? "";
  const [job, fence, step] = [header("x-tw-job"), Number(header("x-tw-fence")), header("x-tw-step")];
  const holder = job.length > 0 && job.length < 300 ? await readJobHolder(env.DB, job) : null;
  const now = Date.now();
  const pass = header("x-tw-pass");
  const known = holder !== null && (await opens(holder, { job, fence, step }, pass));
  if (!known || holder.fence !== fence || (holder.leaseExpiresAt ?? 0) <= now)
    throw new Refusal("unauthorized", "This takes the pass of a step that is running on an agent now.");
  if (!uses(holder, step, ask))
    throw new Refusal("forbidden", `The step ${step} is not about ${ask.verb} of ${ask.key.slice(0, 200)}.`);
  const requester = await readRequester(env.DB, holder.tenantId, holder.runId, now);
  const context = {
    db: env.DB,
    files: env.FILES,
    tenantId: holder.tenantId,
    ...requester,
    now,
    runId: holder.runId,
    newId: (kind: Parameters<typeof derivedId>[0]) => derivedId(kind, `${holder.runId}/${step}`),
  };
  demand(context, VERBS[ask.verb] as Scope);
  return context;
}

async function opens(
  holder: JobHolder,
  of: { job: string; fence: number; step: string },
  pass: string,
): Promise<boolean> {
  for (const hash of holder.tokenHashes) if (samePass(pass, await makePass(hash, of))) return true;
  return false;
}

/** Does one of the step's programs say that it does this with this very file? Its argv was settled when the plan was. */
function uses(holder: JobHolder, step: string, { verb, key }: { verb: string; key: string }): boolean {
  const run = holder.steps.find((one) => one.step === step)?.run;
  const programs = run ? [run, ...run.before, ...run.after] : [];
  return programs.some(
    ({ program, argv }) => program === "tw-kit" && argv[0] === verb && argv.includes(`--key=${key}`),
  );
}
