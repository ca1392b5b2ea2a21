/** Following the logs of a run: each attempt's pieces in order, once each, as soon as they are stored. */
import { type LogChunk, logBytes, logSources, owedLogs, readLog } from "@tw/shared/db/logs";
import { readRunHead } from "@tw/shared/db/read-events";
import { isTerminal } from "@tw/shared/engine/statuses";
import { LIMITS } from "@tw/shared/limits";
import type { EventSink } from "./event-stream.ts";
import type { RunWatch } from "./watch.ts";

export interface LogQuery {
  tenantId: string;
  runId: string;
  step: string | null;
  attempt: number | null;
}
/** How far each attempt was sent, by `step/attempt`. It is the id of each event, so that a resumed stream goes on there. */
export type Cursor = Map<string, number>;

/** Attempts a cursor names; of older ones a resumed stream may send pieces again, which their offsets show. */
const CURSOR_ENTRIES = 60;
/** A missing piece is waited for this long before what lies behind it is sent. */
const GAP_WAIT_MS = 2_000;

interface Position {
  step: string;
  attempt: number;
  at: number;
  /** Since when something behind a gap is known. */
  gapSince: number | null;
  ended: boolean;
}

/** The cursor of a Last-Event-ID; empty when there is none or it is not ours. */
export function readCursor(id: string | null): Cursor {
  const cursor: Cursor = new Map();
  for (const part of (id ?? "").split(",")) {
    const match = /^(.+\/\d+)=(\d+)$/.exec(part);
    if (match) cursor.set(match[1] as string, Number(match[2]));
  }
  return cursor;
}

/** Sends `log` and `gap` events until the run is over and everything was sent that is stored or still on its way, then `end`. */
export async function followLogs(
  db: D1Database,
  ask: LogQuery,
  from: { after: number; cursor: Cursor },
  watch: RunWatch,
  sink: EventSink,
): Promise<void> {
  const positions = new Map<string, Position>();
  const { cursor } = from;
  const positionOf = (step: string, attempt: number): Position => {
    const key = `${step}/${attempt}`;
    let position = positions.get(key);
    if (!position) {
      position = { step, attempt, at: cursor.get(key) ?? from.after, gapSince: null, ended: false };
      positions.set(key, position);
    }
    return position;
  };
  const send = async (
    position: Position,
    event: "log" | "gap",
    data: { start: number; text?: string; bytes?: number },
    end: number,
  ) => {
    const key = `${position.step}/${position.attempt}`;
    position.at = end;
    // Set anew, so that the one that moved last is the last to be dropped.
    cursor.delete(key);
    cursor.set(key, end);
    if (cursor.size > CURSOR_ENTRIES) cursor.delete(cursor.keys().next().value as string);
    const id = [...cursor].map(([source, at]) => `${source}=${at}`).join(",");
    await sink.send({ id, event, data: { step: position.step, attempt: position.attempt, ...data } });
  };
  const take = async (position: Position, chunk: LogChunk) => {
    const { start, bytes, text } = chunk;
    if (bytes === 0) position.ended = true;
    const skip = position.at - start;
    if (skip > 0) {
      const rest = new TextDecoder().decode(new TextEncoder().encode(text).subarray(skip));
      await send(position, "log", { start: position.at, text: rest }, start + bytes);
    } else await send(position, "log", { start, text }, start + bytes);
    position.gapSince = null;
  };

  /** Everything stored that was not sent yet. With `final`, nothing more can come: gaps are not waited for. */
  const catchUp = async (final: boolean) => {
    for (const source of await logSources(db, ask)) {
      const position = positionOf(source.step, source.attempt);
      for (
        let more = !position.ended && (source.end > position.at || source.end >= LIMITS.logBytes);
        more;
      ) {
        const page = await readLog(db, {
          ...ask,
          step: source.step,
          attempt: source.attempt,
          after: position.at,
        });
        more = page.more;
        for (const chunk of page.chunks) {
          if (sink.closed || position.ended) return;
          if (chunk.start > position.at) {
            position.gapSince ??= Date.now();
            if (!final && Date.now() - position.gapSince < GAP_WAIT_MS) {
              more = false;
              break;
            }
            const missing = chunk.start - position.at;
            await send(position, "gap", { start: position.at, bytes: missing }, chunk.start);
          }
          await take(position, chunk);
        }
      }
    }
  };

  await watch.open();
  for (;;) {
    // The run's status is read first: what was stored before it ended is then found by the last look.
    const head = await readRunHead(db, ask.tenantId, ask.runId);
    const over = !head || isTerminal(head.status);
    const owed = over ? await owedLogs(db, ask, Date.now()) : [];
    const late = () =>
      owed.some(({ step, attempt, end }) => {
        const { at, ended } = positionOf(step, attempt);
        return at < end && !ended;
      });
    await catchUp(over && !late());
    if (sink.closed) break;
    if (over && !late()) {
      await sink.send({ event: "end", data: { status: head?.status ?? null } });
      break;
    }
    await live(ask, watch, sink, async (log) => {
      const position = positionOf(log.step, log.attempt);
      const bytes = logBytes(log.text);
      if (position.ended || log.start + bytes <= position.at) return true;
      // Behind a gap, or the mark at the cap: the table says what there is.
      if (log.start !== position.at || bytes === 0) return false;
      await take(position, { start: log.start, bytes, text: log.text });
      // The last that was on its way: it is time to look whether this is the end.
      return !over || late();
    });
  }
  watch.close();
}

/** Passes on the pieces that pings carry, until it is time to look at D1 again. */
async function live(
  ask: LogQuery,
  watch: RunWatch,
  sink: EventSink,
  take: (log: { step: string; attempt: number; start: number; text: string }) => Promise<boolean>,
): Promise<void> {
  let until = Date.now() + LIMITS.rereadMs;
  for (;;) {
    const left = until - Date.now();
    if (left <= 0) return;
    for (const ping of await watch.next(left)) {
      if ("seq" in ping) {
        if (ping.terminal) return;
        continue;
      }
      const { log } = ping;
      if (ask.step !== null && log.step !== ask.step) continue;
      if (ask.attempt !== null && log.attempt !== ask.attempt) continue;
      // A piece in front of it may be under way: look soon rather than at once.
      if (!(await take(log))) until = Math.min(until, Date.now() + 200);
    }
    if (watch.closed || sink.closed) return;
  }
}
