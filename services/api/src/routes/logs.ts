import { type LogSource, logSources, readLog } from "@tw/shared/db/logs";
import { readRunHead } from "@tw/shared/db/read-events";
import { Refusal } from "@tw/shared/errors";
import { hubOf } from "@tw/shared/hub";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { eventStream, wantsEvents } from "../event-stream.ts";
import { followLogs, readCursor } from "../log-stream.ts";
import { type Route, route } from "../route.ts";
import { RunWatch } from "../watch.ts";

/** What a run's programs wrote. */
export const logRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/runs/{id}/logs",
    summary: "Logs of a run as text; with Accept: text/event-stream as they are written",
    tag: "Runs",
    scope: "runs:read",
    query: z.strictObject({
      /** `deploy`, or `deploy:undo` for the log of its rollback; every step when left out. */
      step: z.string().min(1).max(200).optional(),
      /** Every attempt when left out. */
      attempt: z.coerce.number().int().min(1).max(1_000).optional(),
      /** Bytes of the attempt's log to leave out; without `attempt`, of the newest. */
      after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
    }),
    answers: { 200: { description: "The log; what is missing is said in its place", type: "text/plain" } },
    async handle({ env, request, caller, params, query }) {
      const ask = {
        tenantId: caller.tenantId,
        runId: params.id as string,
        step: query.step ?? null,
        attempt: query.attempt ?? null,
      };
      const head = await readRunHead(env.DB, ask.tenantId, ask.runId);
      if (!head) throw notFound("run");
      if (wantsEvents(request)) {
        const watch = new RunWatch(
          hubOf(env.HUB as unknown as DurableObjectNamespace, caller.tenantId),
          ask.runId,
        );
        const cursor = readCursor(request.headers.get("last-event-id"));
        return eventStream(
          (sink) => followLogs(env.DB, ask, { after: query.after, cursor }, watch, sink),
          () => watch.close(),
        );
      }
      let sources = await logSources(env.DB, ask);
      if (query.after > 0) {
        if (new Set(sources.map((source) => source.step)).size > 1)
          throw new Refusal(
            "bad_request",
            'This run has the logs of several steps: with "after", say which "step".',
          );
        sources = sources.slice(-1);
      }
      return new Response(textOf(env.DB, ask, sources, query.after), {
        headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" },
      });
    },
  }),
];

/** The line that stands where bytes never arrived. */
export function gapLine(bytes: number): string {
  return `[… ${bytes.toLocaleString("en-US")} bytes missing …]\n`;
}

/** The logs as one text, read and sent a page at a time. */
function textOf(
  db: D1Database,
  run: { tenantId: string; runId: string },
  sources: LogSource[],
  after: number,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const text = lines(db, run, sources, after);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await text.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
}

async function* lines(
  db: D1Database,
  run: { tenantId: string; runId: string },
  sources: LogSource[],
  after: number,
): AsyncGenerator<string> {
  let fresh = true;
  for (const { step, attempt } of sources) {
    if (sources.length > 1) yield `${fresh ? "" : "\n"}── ${step}, attempt ${attempt} ──\n`;
    fresh = true;
    let at = after;
    for (;;) {
      const page = await readLog(db, { ...run, step, attempt, after: at });
      for (const chunk of page.chunks) {
        if (chunk.start > at) yield `${fresh ? "" : "\n"}${gapLine(chunk.start - at)}`;
        const text = chunk.start < at ? tail(chunk.text, at - chunk.start) : chunk.text;
        if (text) yield text;
        fresh = text ? text.endsWith("\n") : fresh;
        at = chunk.start + chunk.bytes;
        // The mark at the cap has no bytes of its own: nothing follows it.
        if (chunk.bytes === 0) break;
      }
      if (!page.more || page.chunks.at(-1)?.bytes === 0) break;
    }
  }
}

/** The text without its first bytes. */
function tail(text: string, bytes: number): string {
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(bytes));
}
