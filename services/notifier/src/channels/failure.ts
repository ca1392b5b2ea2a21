/** Why a send failed, classed by what to do next. */
export class SendFailure extends Error {
  override name = "SendFailure";
  /** False: trying again cannot help (an address that does not exist, a channel that is not set up). */
  readonly again: boolean;
  /** What the other side asked us to wait. */
  readonly retryAfterS: number | null;
  /** The whole channel is down: the others of this pass need not find out one by one. */
  readonly channelDown: boolean;
  constructor(message: string, more: { again: boolean; retryAfterS?: number | null; channelDown?: boolean }) {
    super(message);
    this.again = more.again;
    this.retryAfterS = more.retryAfterS ?? null;
    this.channelDown = more.channelDown ?? false;
  }
}

/** The wait a `Retry-After` header asks for, in seconds; it may be a number or a date. */
export function retryAfter(value: string | null, now: number): number | null {
  if (!value) return null;
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : (Date.parse(value) - now) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}
