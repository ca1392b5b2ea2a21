/** One step of a call job, executed: an HTTP call or one of our own handlers. What came of it is a report, never an exception. */
import { stepReport } from "@tw/shared/agents/step-report";
import type { JobStep, StepReport } from "@tw/shared/contracts/agent-protocol";
import type { Json } from "@tw/shared/contracts/json";
import type { Exec } from "@tw/shared/contracts/plan";
import { Refusal } from "@tw/shared/errors";
import { parseOutputs } from "@tw/shared/library/outputs";
import { LIMITS } from "@tw/shared/limits";
import type { TargetRules } from "./fetch-target.ts";
import { type HandlerContext, handlerOf } from "./handlers/registry.ts";
import { BadCall, type HttpRequest, renderRequest } from "./render-request.ts";
import { CallFailed, type SafeResponse, safeFetch } from "./safe-fetch.ts";

export interface CallContext extends Omit<HandlerContext, "stepId"> {
  rules: TargetRules;
  /** Aborted when the step is cancelled or its lease is lost. */
  signal: AbortSignal;
  /** Sent with an HTTP call: the same for every repetition of this attempt, another for each attempt. */
  idempotencyKey: string;
}
type Args = { [name: string]: Json };
type Ended = Pick<StepReport, "state" | "error" | "outputs"> & { log?: string };

/** A pattern looks at this much of a body: enough for a page's head, and no pattern can take long on it. */
const MATCH_CHARS = 65_536;
/** Of a body that was not the one expected, a log shows this much. */
const SHOWN_CHARS = 2_000;

/** Run the step to its end. The log is what a person is shown of it. */
export async function callStep(
  step: JobStep,
  context: CallContext,
): Promise<{ report: StepReport; log: string }> {
  const started = Date.now();
  const ended = await perform(step, context).catch((error: unknown) => failure(error, step, context));
  const { log = "", ...end } = ended;
  const said = end.error ? `${log}${end.error.message}\n` : log;
  const report = stepReport(step, end.state, {
    ...end,
    duration_ms: Date.now() - started,
    log_bytes: new TextEncoder().encode(said).byteLength,
  });
  return { report, log: said };
}

async function perform(step: JobStep, context: CallContext): Promise<Ended> {
  const { exec, args, secrets = [] } = step.call as unknown as { exec: Exec; args: Args; secrets?: string[] };
  if (secrets.length > 0)
    throw new CallFailed(
      "secret_missing",
      `secrets are kept on the agents, so an HTTP step cannot send ${secrets.join(", ")}; let a program on an agent make the call`,
      false,
    );
  if (exec.type === "api") return succeeded(await handle(exec.handler, args, step, context));
  if (exec.type !== "external") throw new BadCall(`a step of type ${exec.type} is run by an agent, not here`);
  const request = renderRequest(exec, args, context.idempotencyKey);
  const response = await safeFetch(
    {
      ...request,
      timeoutMs: timeoutMs(step),
      maxBytes: LIMITS.callBodyBytes,
      wants: (status) => {
        if (!request.expectStatus.includes(status)) return "start";
        return request.bodyMatches !== null || exec.outputs !== undefined ? "whole" : "nothing";
      },
      signal: context.signal,
    },
    context.rules,
  );
  const wrong = unexpected(request, response);
  const line = `${request.method} ${withoutQuery(response.url)} answered ${response.status}\n`;
  if (wrong) {
    const body = response.text.slice(0, SHOWN_CHARS).trimEnd();
    const log = body === "" ? line : `${line}${body}\n`;
    return { state: "failed", error: wrong, outputs: { http_status: response.status }, log };
  }
  const parsed = exec.outputs ? parseOutputs(exec.outputs, { stdout: response.text }) : {};
  return { ...succeeded({ http_status: response.status, ...parsed }), log: line };
}

function succeeded(outputs: Args): Ended {
  const bytes = new TextEncoder().encode(JSON.stringify(outputs)).byteLength;
  if (bytes > LIMITS.outputBytes)
    throw new CallFailed(
      "outputs_too_large",
      `the outputs have ${bytes} bytes; at most ${LIMITS.outputBytes} are kept`,
      false,
    );
  return { state: "succeeded", error: null, outputs };
}

/** The step's own time-out, at most what one invocation of the consumer can wait for. */
function timeoutMs(step: JobStep): number {
  return Math.min(step.timeout_s, LIMITS.callTimeoutMaxS) * 1000;
}

async function handle(name: string, args: Args, step: JobStep, context: CallContext): Promise<Args> {
  const handler = handlerOf(name);
  if (!handler) throw new BadCall(`there is no handler named ${name} in this version`);
  const ms = timeoutMs(step);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new CallFailed("timeout", `${name} did not end within ${ms / 1000} s`, true)),
    ms,
  );
  try {
    const { db, files, tenantId, runId, now } = context;
    const given = { db, files, tenantId, runId, stepId: step.step, now };
    return await Promise.race([handler(given, args), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Why the answer is not the one that was asked for, or null. */
function unexpected(request: HttpRequest, response: SafeResponse): StepReport["error"] {
  const place = `${request.method} ${withoutQuery(response.url)}`;
  if (!request.expectStatus.includes(response.status)) {
    const wait = retryAfterS(response.headers.get("retry-after"));
    // The seconds come first: the engine reads them from there.
    if ((response.status === 429 || response.status === 503) && wait !== null)
      return {
        code: "retry_after",
        message: `${wait} s of rest are asked for: ${place} answered ${response.status}`,
      };
    return {
      code: "unexpected_status",
      message: `${place} answered ${response.status}, expected ${request.expectStatus.join(" or ")}`,
    };
  }
  if (request.bodyMatches && !request.bodyMatches.test(response.text.slice(0, MATCH_CHARS)))
    return {
      code: "unexpected_body",
      message: `${place}: the body does not match ${request.bodyMatches.source}`,
    };
  return null;
}

/** Seconds of a Retry-After header, which is a number or a date, clamped to an hour. */
function retryAfterS(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? null : Math.min(Math.max(Math.ceil(seconds), 0), LIMITS.retryAfterMaxS);
}

/** A query may hold a token, so it is not repeated in messages. */
function withoutQuery(url: string): string {
  return url.split(/[?#]/)[0] ?? url;
}

/** What a failure means for the step. A request that may have been acted on, and was not a mere reading, is not known to have failed. */
function failure(error: unknown, step: JobStep, context: CallContext): Ended {
  const failed = (code: string, message: string): Ended => ({
    state: "failed",
    error: { code, message },
    outputs: null,
  });
  if (error instanceof BadCall) return failed("invalid_args", error.message);
  if (error instanceof Refusal) return failed(error.code, error.message);
  if (error instanceof CallFailed) {
    if (error.unanswered && step.effect !== "read")
      return failed(
        "outcome_unknown",
        `the request was sent and may have been acted on, but ${error.message} (${error.code})`,
      );
    if (error.unanswered && context.signal.aborted) return { state: "cancelled", error: null, outputs: null };
    return failed(error.code, error.message);
  }
  return failed("internal", error instanceof Error ? error.message : String(error));
}
