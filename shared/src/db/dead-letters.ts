import { LIMITS } from "../limits.ts";

export interface DeadLetter {
  /** The queue message's id: a letter delivered twice is recorded once. */
  id: string;
  queue: string;
  body: unknown;
  reason: string;
}

/** Writes letters down and makes the runs they name due now, in one batch. A run that is over is left alone. */
export async function recordDeadLetters(
  db: D1Database,
  letters: DeadLetter[],
  now: number,
  runIds: string[] = [],
): Promise<void> {
  const rows = letters.map(({ id, queue, body, reason }) => ({ id, queue, body: bodyText(body), reason }));
  const record = db.prepare(
    `INSERT INTO dead_letters (id, queue, body, reason, at)
     SELECT value ->> 'id', value ->> 'queue', value ->> 'body', value ->> 'reason', ?2 FROM json_each(?1) WHERE true
     ON CONFLICT (id) DO NOTHING`,
  );
  const nudge = db.prepare(
    `UPDATE workflow_executions SET next_check_at = ?2
     WHERE id IN (SELECT value FROM json_each(?1)) AND finished_at IS NULL AND next_check_at > ?2`,
  );
  // A statement's parameter has a limit of its own, so large bodies travel in several.
  const records = chunksBySize(rows).map((chunk) => record.bind(JSON.stringify(chunk), now));
  await db.batch(runIds.length > 0 ? [...records, nudge.bind(JSON.stringify(runIds), now)] : records);
}

/** A body of any kind as text; what cannot be shown is named. */
function bodyText(body: unknown): string {
  let text: string | undefined;
  try {
    text = typeof body === "string" ? body : JSON.stringify(body);
  } catch {
    // Something circular or with a BigInt: only its kind is kept.
  }
  return (text ?? `(a ${typeof body})`).slice(0, LIMITS.deadLetterChars);
}

function chunksBySize<T extends { body: string }>(rows: T[]): T[][] {
  const chunks: T[][] = [];
  let room = 0;
  for (const row of rows) {
    // Six bytes: the worst a character becomes in JSON.
    const size = row.body.length * 6;
    if (chunks.length === 0 || size > room) {
      chunks.push([]);
      room = LIMITS.d1ValueBytes;
    }
    chunks.at(-1)?.push(row);
    room -= size;
  }
  return chunks;
}
