/**
 * Errors are classed by what to do next, not by what went wrong:
 * a `Refusal` goes to the caller, a `TryAgain` back to the queue, a `Lost` means somebody else won: reload or stop.
 */
export const ERROR_STATUS = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  expired: 410,
  too_large: 413,
  unsupported_media_type: 415,
  invalid_args: 422,
  prerequisite_missing: 422,
  policy_denied: 422,
  idempotency_mismatch: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;
export type Issue = { path: string; message: string };

/** The caller's request cannot be done; the message says what to change. Carries the HTTP status. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly status: number;
  readonly code: ErrorCode;
  readonly issues: Issue[] | undefined;
  readonly retryAfterS: number | undefined;
  constructor(code: ErrorCode, message: string, more: { issues?: Issue[]; retryAfterS?: number } = {}) {
    super(message);
    this.code = code;
    this.status = ERROR_STATUS[code];
    this.issues = more.issues;
    this.retryAfterS = more.retryAfterS;
  }
  /** The one body every error answer has. */
  body(): { error: { code: ErrorCode; message: string; issues?: Issue[] } } {
    return {
      error: { code: this.code, message: this.message, ...(this.issues ? { issues: this.issues } : {}) },
    };
  }
}

/** Something outside failed for now. The holder of the message or timer tries again after `afterS` seconds. */
export class TryAgain extends Error {
  override name = "TryAgain";
  readonly afterS: number;
  constructor(message: string, afterS: number, options?: ErrorOptions) {
    super(message, options);
    this.afterS = afterS;
  }
}

/** Somebody else's write won, or the caller's fence is old. Nothing was changed; reload and decide again, or stop. */
export class Lost extends Error {
  override name = "Lost";
}
