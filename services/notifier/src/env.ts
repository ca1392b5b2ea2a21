/** What the service is given, and the check that it is enough to start. */

/** Cloudflare's e-mail binding, as far as it is used. */
export interface EmailBinding {
  send(message: {
    from: string | { email: string; name: string };
    to: string;
    subject: string;
    text: string;
    html: string;
    headers?: Record<string, string>;
  }): Promise<{ messageId?: string } | undefined>;
}

export interface Env {
  DB: D1Database;
  PUBLIC_URL: string;
  LINK_KEY: string;
  /** `Name <address>` or an address. */
  MAIL_FROM?: string;
  /** Cloudflare's e-mail service, where it is bound. */
  EMAIL?: EmailBinding;
  /** `smtp://[user:password@]host[:port]`, `smtps://…` */
  SMTP_URL?: string;
  SLACK_WEBHOOK_URL?: string;
  /** "true" when Slack can reach us, so that messages may carry buttons. */
  SLACK_BUTTONS?: string;
  NOTIFY_WEBHOOK_URL?: string;
  NOTIFY_WEBHOOK_KEY?: string;
  VERSION?: string;
}

const KEY_CHARS = 16;

/** Stops the service, with words that say what to set, rather than let it lose messages one by one. */
export function checkEnv(env: Env): Env {
  const wrong: string[] = [];
  if (!env.DB) wrong.push("the D1 binding DB is missing");
  if (!env.LINK_KEY || env.LINK_KEY.length < KEY_CHARS)
    wrong.push(`LINK_KEY must be the same secret as in approvals, at least ${KEY_CHARS} characters`);
  if (!/^https?:\/\/[^/]+/.test(env.PUBLIC_URL ?? ""))
    wrong.push("PUBLIC_URL must be the address people open, such as https://workspace.example.com");
  for (const name of ["SMTP_URL", "SLACK_WEBHOOK_URL", "NOTIFY_WEBHOOK_URL"] as const)
    if (env[name] && !URL.canParse(env[name])) wrong.push(`${name} is not a URL`);
  if (env.NOTIFY_WEBHOOK_URL && !env.NOTIFY_WEBHOOK_KEY)
    wrong.push("NOTIFY_WEBHOOK_URL needs NOTIFY_WEBHOOK_KEY, which signs what is sent there");
  if (wrong.length === 0) return env;
  // Said as well as thrown: what a queue or cron handler throws is not shown everywhere.
  const message = `notifier cannot start: ${wrong.join("; ")}`;
  console.error(message);
  throw new Error(message);
}
