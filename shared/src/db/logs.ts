/** What the programs of a run wrote, in pieces keyed by (run, step, attempt, offset). Nothing overlaps in the table. */
import { LIMITS } from "../limits.ts";
import { jobsOf } from "./jobs.ts";

/** A rollback's log lies beside that of the step it undoes. */
export const UNDO = ":undo";

/** A piece of log as an agent sends it. */
export interface LogPiece {
  agentId: string;
  job: string;
  fence: number;
  step: string;
  attempt: number;
  start: number;
  text: string;
}
export interface StoredPiece {
  runId: string;
  step: string;
  attempt: number;
  start: number;
  text: string;
}
/** `lost`: no live lease (or one that ended a moment ago) under that fence. `not_in_job`: the job has no such step or attempt. */
export type LogOutcome = "stored" | "lost" | "not_in_job";

const encoder = new TextEncoder();
/** Length in bytes, which offsets count. Counted, not encoded: that would leave as many bytes behind as the log has. */
export function logBytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    // Half a pair alone is three bytes, a whole pair four.
    bytes += code < 0x800 ? 1 : 2;
    if (code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++;
  }
  return bytes;
}
/** What ends a log that was cut; it stands at the cap's offset and has no bytes of its own. */
export const CAP_MARK = `\n[… the log ends here: more than ${LIMITS.logBytes.toLocaleString("en-US")} bytes were written …]\n`;

/**
 * Store pieces of one tenant's logs, of several agents and jobs at once, in one batch (I2, I13).
 * A piece counts only under the current fence of a live lease, or for a moment after its result. What is stored already is
 * dropped, an overlap is cut off, and at the cap the mark takes the place of everything behind it.
 */
export async function storeLogs(
  db: D1Database,
  tenantId: string,
  pieces: LogPiece[],
  now: number,
): Promise<{ outcomes: LogOutcome[]; stored: StoredPiece[] }> {
  const rows = pieces.flatMap((piece, i) => capped(piece).map((row) => ({ ...row, i })));
  const mine = `FROM json_each(?1) c JOIN jobs j ON j.id = c.value ->> 'job'
    WHERE j.tenant_id = ?2 AND j.agent_id = c.value ->> 'agent' AND j.fence = c.value ->> 'fence'
      AND ((j.status = 'leased' AND j.lease_expires_at > ?3) OR (j.status = 'done' AND j.finished_at > ?3 - ?4))`;
  const known = `EXISTS (SELECT 1 FROM json_each(j.steps_json) s
    WHERE s.value ->> 'step' = c.value ->> 'step' AND s.value ->> 'attempt' = c.value ->> 'attempt')`;
  const stepId = `c.value ->> 'step' || CASE j.purpose WHEN 'rollback' THEN '${UNDO}' ELSE '' END`;
  // The text goes to the database once and does not come back: a flood goes through here.
  const [seen, inserted] = await db.batch([
    db
      .prepare(`SELECT c.key AS row, ${known} AS known, j.run_id AS run_id, ${stepId} AS step_id ${mine}`)
      .bind(JSON.stringify(rows.map((row) => ({ ...row, text: "" }))), tenantId, now, LIMITS.lateLogMs),
    // `low`: where the stored piece before this one ends; `high`: where the next begins. What lies between is new.
    db
      .prepare(
        `INSERT INTO log_chunks (run_id, step_id, attempt, start, bytes, tenant_id, at, text)
         SELECT run_id, step_id, attempt, low, high - low, ?2, ?3,
                CASE WHEN low = start AND high = finish THEN text
                     ELSE CAST(substr(CAST(text AS BLOB), low - start + 1, high - low) AS TEXT) END
         FROM (
           SELECT *, max(start, coalesce((SELECT p.start + p.bytes FROM log_chunks p WHERE p.run_id = n.run_id AND p.step_id = n.step_id
                           AND p.attempt = n.attempt AND p.start <= n.start ORDER BY p.start DESC LIMIT 1), 0)) AS low,
                  min(finish, coalesce((SELECT p.start FROM log_chunks p WHERE p.run_id = n.run_id AND p.step_id = n.step_id
                           AND p.attempt = n.attempt AND p.start > n.start ORDER BY p.start LIMIT 1), finish)) AS high
           FROM (
             SELECT j.run_id AS run_id, ${stepId} AS step_id,
                    c.value ->> 'attempt' AS attempt, c.value ->> 'start' AS start,
                    c.value ->> 'start' + c.value ->> 'bytes' AS finish, c.value ->> 'text' AS text
             ${mine} AND ${known}
           ) n
         )
         WHERE low < high OR (start = finish AND start = ?5)
         ON CONFLICT DO NOTHING
         RETURNING run_id, step_id, attempt, start, bytes`,
      )
      .bind(JSON.stringify(rows), tenantId, now, LIMITS.lateLogMs, LIMITS.logBytes),
  ]);
  const outcomes: LogOutcome[] = pieces.map(() => "lost");
  const places = new Map<string, Row[]>();
  for (const { row, known, run_id, step_id } of (seen as D1Result<Seen>).results) {
    const { i, ...sent } = rows[row]!;
    outcomes[i] = known ? "stored" : "not_in_job";
    const key = `${run_id} ${step_id} ${sent.attempt}`;
    places.set(key, [...(places.get(key) ?? []), sent]);
  }
  const stored = (inserted as D1Result<Stored>).results.map(
    ({ run_id: runId, step_id: step, attempt, start, bytes }) => {
      const row = places.get(`${runId} ${step} ${attempt}`)!.find((one) => holds(one, start))!;
      return { runId, step, attempt, start, text: part(row, start, bytes) };
    },
  );
  return { outcomes, stored };
}

type Row = ReturnType<typeof capped>[number];
/** A row that may be stored, by its place in what was sent. */
interface Seen {
  row: number;
  known: number;
  run_id: string;
  step_id: string;
}
interface Stored {
  run_id: string;
  step_id: string;
  attempt: number;
  start: number;
  bytes: number;
}
function holds({ start, bytes, text }: Row, at: number): boolean {
  return text !== "" && (at === start || (at > start && at < start + bytes));
}
/** What was stored of a row; the rest of it was there already. */
function part(row: Row, start: number, bytes: number): string {
  if (start === row.start && bytes === row.bytes) return row.text;
  const from = start - row.start;
  return new TextDecoder().decode(encoder.encode(row.text).subarray(from, from + bytes));
}

/** The piece as it may be stored: whole, cut at the cap with the mark behind it, or the mark alone. */
function capped(piece: LogPiece) {
  const bytes = logBytes(piece.text);
  const row = {
    agent: piece.agentId,
    job: piece.job,
    fence: piece.fence,
    step: piece.step,
    attempt: piece.attempt,
    start: piece.start,
    bytes,
    text: piece.text,
  };
  // Nothing is stored of an empty piece; it goes along so that its fence is checked.
  if (bytes === 0) return [{ ...row, start: 0 }];
  if (piece.start + bytes <= LIMITS.logBytes) return [row];
  const mark = { ...row, start: LIMITS.logBytes, bytes: 0, text: CAP_MARK };
  const room = LIMITS.logBytes - piece.start;
  if (room <= 0) return [mark];
  const { read } = encoder.encodeInto(piece.text, new Uint8Array(room));
  // It claims the room to the last byte, even if a character did not fit: nothing else may come there.
  return [{ ...row, bytes: room, text: piece.text.slice(0, read) }, mark];
}

/** One attempt that wrote something. */
export interface LogSource {
  step: string;
  attempt: number;
  /** Offset behind the last byte stored. */
  end: number;
}

/** The attempts of a run that have a log, steps in the order of the plan, rollbacks behind them in the order they ran. */
export async function logSources(
  db: D1Database,
  ask: { tenantId: string; runId: string; step: string | null; attempt: number | null },
): Promise<LogSource[]> {
  const { results } = await db
    .prepare(
      `SELECT l.step_id AS step, l.attempt AS attempt, max(l.start + l.bytes) AS end, min(l.at) AS first,
              l.step_id LIKE '%${UNDO}' AS undo, coalesce(s.position, 0) AS position
       FROM log_chunks l LEFT JOIN step_executions s ON s.run_id = l.run_id AND s.id = l.step_id
       WHERE l.run_id = ?1 AND l.tenant_id = ?2 AND (?3 IS NULL OR l.step_id = ?3) AND (?4 IS NULL OR l.attempt = ?4)
       GROUP BY l.step_id, l.attempt`,
    )
    .bind(ask.runId, ask.tenantId, ask.step, ask.attempt)
    .all<LogSource & { first: number; undo: number; position: number }>();
  return results
    .sort(
      (a, b) =>
        a.undo - b.undo || (a.undo ? a.first - b.first : a.position - b.position) || a.attempt - b.attempt,
    )
    .map(({ step, attempt, end }) => ({ step, attempt, end }));
}

/**
 * How long the log of each attempt will be, where its result came in so lately that pieces may still follow: an agent's report does not
 * wait for a log that is slow.
 */
export async function owedLogs(
  db: D1Database,
  ask: { tenantId: string; runId: string; step: string | null; attempt: number | null },
  now: number,
): Promise<LogSource[]> {
  const step = `r.value ->> 'step' || CASE j.purpose WHEN 'rollback' THEN '${UNDO}' ELSE '' END`;
  const { results } = await db
    .prepare(
      `SELECT ${step} AS step, r.value ->> 'attempt' AS attempt, r.value ->> 'log_bytes' AS end
       FROM jobs j JOIN json_each(j.report_json) r
       WHERE ${jobsOf("?1")} AND j.tenant_id = ?2 AND j.status = 'done' AND j.finished_at > ?3
         AND (?4 IS NULL OR ${step} = ?4) AND (?5 IS NULL OR r.value ->> 'attempt' = ?5)`,
    )
    .bind(ask.runId, ask.tenantId, now - LIMITS.lateLogMs, ask.step, ask.attempt)
    .all<LogSource>();
  return results;
}

export interface LogChunk {
  start: number;
  bytes: number;
  text: string;
}

/** Chunks of one read, and about how many bytes they may have: a page is in memory several times while it is sent. */
const CHUNKS = 64;
const PAGE_BYTES = 512 * 1024;

/** The stored pieces of one attempt that reach past `after`, in order; the first may begin before it. */
export async function readLog(
  db: D1Database,
  ask: { tenantId: string; runId: string; step: string; attempt: number; after: number },
): Promise<{ chunks: LogChunk[]; more: boolean }> {
  const log = "run_id = ?1 AND step_id = ?2 AND attempt = ?3 AND tenant_id = ?4";
  const { results } = await db
    .prepare(
      `SELECT start, bytes, text, (SELECT max(start) FROM log_chunks WHERE ${log}) AS last FROM log_chunks
       WHERE ${log}
         AND start >= coalesce((SELECT max(start) FROM log_chunks WHERE ${log} AND start <= ?5), 0)
         AND (start >= ?5 OR start + bytes > ?5)
         AND start < max(?5, coalesce((SELECT min(start) FROM log_chunks WHERE ${log} AND start >= ?5), 0)) + ?7
       ORDER BY start LIMIT ?6 + 0`,
    )
    .bind(ask.runId, ask.step, ask.attempt, ask.tenantId, ask.after, CHUNKS, PAGE_BYTES)
    .all<LogChunk & { last: number }>();
  const last = results.at(-1);
  return {
    chunks: results.map(({ start, bytes, text }) => ({ start, bytes, text })),
    more: last !== undefined && last.start < last.last,
  };
}
