/** Slack's Web API, as far as it is used: one call, bounded in time, its errors classed by what to do next. */
import { LIMITS } from "../limits.ts";

export interface SlackSetup {
  token: string;
  /** `https://slack.com/api` unless said: a relay, or a test. */
  apiUrl?: string | undefined;
}

/** What Slack answered, or that it did not. `code` is Slack's own (`channel_not_found`), `http_500`, or `unreachable`. */
export class SlackError extends Error {
  override name = "SlackError";
  readonly code: string;
  readonly retryAfterS: number | null;
  constructor(method: string, code: string, retryAfterS: number | null = null, detail = "") {
    super(`Slack's ${method} answered ${code}${detail}`);
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
  /** Could the same call succeed later? Slack's other errors stand until somebody changes something. */
  get again(): boolean {
    return this.slow || this.outage || this.code === "http_408";
  }
  get slow(): boolean {
    return (
      this.code === "ratelimited" ||
      this.code === "rate_limited" ||
      this.code === "http_429" ||
      this.code === "message_limit_exceeded"
    );
  }
  get outage(): boolean {
    return /^(http_5\d\d|unreachable|internal_error|fatal_error|service_unavailable|request_timeout)$/.test(
      this.code,
    );
  }
  /** Nothing can be sent with this token: every other message would fail as well. */
  get refused(): boolean {
    return /^(invalid_auth|not_authed|account_inactive|token_revoked|token_expired|missing_scope|team_access_not_granted|ekm_access_denied)$/.test(
      this.code,
    );
  }
}

export type SlackAnswer = { ok: true } & { [key: string]: unknown };

/** Methods that take no JSON. */
const FORM_METHODS = new Set(["users.info", "users.lookupByEmail", "auth.test"]);

/** Calls one method. @throws SlackError for every answer but `ok: true`, 2xx */
export async function slackCall(
  setup: SlackSetup,
  method: string,
  body: { [name: string]: unknown },
  timeoutMs: number = LIMITS.notifySendMs / 2,
): Promise<SlackAnswer> {
  const form = FORM_METHODS.has(method);
  const text = form
    ? new URLSearchParams(Object.entries(body).map(([name, value]) => [name, String(value)])).toString()
    : JSON.stringify(body);
  let answer: Response;
  let answered: string;
  try {
    answer = await fetch(`${(setup.apiUrl || "https://slack.com/api").replace(/\/+$/, "")}/${method}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${setup.token}`,
        "content-type": form ? "application/x-www-form-urlencoded" : "application/json; charset=utf-8",
      },
      body: text,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    answered = (await answer.text()).slice(0, 1_000_000);
  } catch (error) {
    throw new SlackError(method, "unreachable", null, `: ${String(error)}`);
  }
  const wait = Number(answer.headers.get("retry-after"));
  const retryAfterS = Number.isFinite(wait) && wait > 0 ? Math.ceil(wait) : null;
  const parsed = fromJson(answered);
  if (parsed.ok === true && answer.ok) return parsed as SlackAnswer;
  const named =
    typeof parsed.error === "string" && /^[a-z0-9_]{1,80}$/.test(parsed.error) ? parsed.error : null;
  throw new SlackError(method, named ?? `http_${answer.status}`, retryAfterS);
}

function fromJson(text: string): { [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as { [key: string]: unknown }) : {};
  } catch {
    return {};
  }
}
