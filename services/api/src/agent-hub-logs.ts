import { type LogOutcome, type LogPiece, logBytes, type StoredPiece, storeLogs } from "@tw/shared/db/logs";

/** Bytes of one write; D1 takes 2 MB in a parameter, and JSON may double a byte. */
const BATCH_BYTES = 500_000;

interface Waiting {
  tenantId: string;
  piece: LogPiece;
  bytes: number;
  done(outcome: LogOutcome): void;
  failed(error: unknown): void;
}

/**
 * Takes pieces of log and writes them in groups: while one write is under way the next group gathers,
 * so a chatty program costs one round trip for many pieces, and a quiet one waits for nobody.
 */
export class LogIntake {
  readonly #db: D1Database;
  readonly #stored: (pieces: StoredPiece[]) => void;
  #waiting: Waiting[] = [];
  #writing = false;

  constructor(db: D1Database, stored: (pieces: StoredPiece[]) => void) {
    this.#db = db;
    this.#stored = stored;
  }

  /** Resolves when the piece is committed, or refused. */
  add(tenantId: string, piece: LogPiece): Promise<LogOutcome> {
    return new Promise((done, failed) => {
      this.#waiting.push({ tenantId, piece, bytes: logBytes(piece.text), done, failed });
      if (!this.#writing) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const group = this.#next();
      try {
        const { outcomes, stored } = await storeLogs(
          this.#db,
          group[0]!.tenantId,
          group.map((w) => w.piece),
          Date.now(),
        );
        this.#stored(stored);
        for (const [i, waiting] of group.entries()) waiting.done(outcomes[i]!);
      } catch (error) {
        // Storing a piece again is harmless, so the agent is told to send it again.
        for (const waiting of group) waiting.failed(error);
      }
    }
    this.#writing = false;
  }

  /** The oldest pieces that fit one write and do not overlap each other; one statement cannot see its own rows. */
  #next(): Waiting[] {
    const group: Waiting[] = [];
    const later: Waiting[] = [];
    const ends = new Map<string, number>();
    let bytes = 0;
    for (const waiting of this.#waiting) {
      const key = `${waiting.piece.job} ${waiting.piece.step} ${waiting.piece.attempt}`;
      const end = ends.get(key) ?? 0;
      const fits =
        bytes + waiting.bytes <= BATCH_BYTES && waiting.tenantId === (group[0] ?? waiting).tenantId;
      if (group.length > 0 && (!fits || waiting.piece.start < end)) {
        later.push(waiting);
        // What comes behind a deferred piece of the same log waits too, so that order is kept.
        ends.set(key, Number.POSITIVE_INFINITY);
        continue;
      }
      group.push(waiting);
      bytes += waiting.bytes;
      ends.set(key, waiting.piece.start + waiting.bytes);
    }
    this.#waiting = later;
    return group;
  }
}
