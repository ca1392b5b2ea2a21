/** D1 errors after which the write may or may not have happened; the reader of the stamp decides. */
const WRITE_TRIES = 3;

/**
 * Run a write whose answer may be lost. After an error the stamp is read before any retry (design section 3, "commit unknown"):
 * found means it happened; not found means it may be tried again with the same stamp.
 */
export async function once<T>(
  write: () => Promise<T>,
  readStamp: () => Promise<T>,
  found: (value: T) => boolean,
): Promise<T> {
  let failure: unknown;
  for (let attempt = 0; attempt < WRITE_TRIES; attempt++) {
    try {
      return await write();
    } catch (error) {
      failure = error;
      if (!isTransient(error)) throw error;
      const seen = await readStamp();
      if (found(seen)) return seen;
    }
  }
  throw failure;
}

/** Could the same statement succeed a moment later? A constraint or syntax error never does. */
export function isTransient(error: unknown): boolean {
  return !/SQLITE_(CONSTRAINT|ERROR|TOOBIG|MISMATCH|RANGE|AUTH)|syntax error|too many SQL variables/i.test(
    String(error),
  );
}
