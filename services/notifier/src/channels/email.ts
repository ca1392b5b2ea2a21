/** E-mail: Cloudflare's binding where there is one, else any SMTP server. */
import { oneLine } from "@tw/shared/approvals/visible";
import { LIMITS } from "@tw/shared/limits";
import { createTransport } from "nodemailer";
import type { Env } from "../env.ts";
import type { Mail } from "../mail-layout.ts";
import { SendFailure } from "./failure.ts";
import { checkedAddress, mimeOf, type Posting, parseAddress } from "./mime.ts";

const DEFAULT_FROM = "Turbocharged Workspace <workspace@localhost>";
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

export interface Letterhead {
  id: string;
  thread: string | null;
  at: number;
  /** May the reader do without it? Then the mail says where to choose so. */
  optional: boolean;
}

/** @returns the receipt: what the mail system answered */
export async function sendEmail(
  mail: Mail,
  to: { name: string; email: string },
  head: Letterhead,
  env: Env,
): Promise<string> {
  const posting: Posting = {
    id: head.id,
    thread: head.thread,
    at: head.at,
    from: parseAddress(env.MAIL_FROM || DEFAULT_FROM),
    replyTo: env.MAIL_REPLY_TO ? parseAddress(env.MAIL_REPLY_TO, "MAIL_REPLY_TO") : null,
    to: { name: oneLine(to.name, 80), address: checkedAddress(to.email) },
    unsubscribe: head.optional ? `${env.PUBLIC_URL.replace(/\/+$/, "")}/settings` : null,
  };
  if (!env.EMAIL && !env.SMTP_URL)
    throw new SendFailure("E-mail is not set up: neither SMTP_URL nor the EMAIL binding is there", {
      again: false,
    });
  const { raw, messageId } = await mimeOf(mail, posting);
  if (env.EMAIL) return await sendBound(env.EMAIL, raw, posting, messageId);
  return await sendSmtp(env.SMTP_URL as string, raw, posting);
}

async function sendSmtp(url: string, raw: Buffer, posting: Posting): Promise<string> {
  const server = new URL(url);
  const secure = server.protocol === "smtps:";
  const local = LOOPBACK.has(server.hostname);
  // `?tls=required` encrypts even on this machine, `?tls=optional` does without where the server cannot.
  const tls = server.searchParams.get("tls") ?? (local ? "none" : "required");
  const transport = createTransport({
    host: server.hostname.replace(/^\[|\]$/g, ""),
    port: Number(server.port) || (secure ? 465 : 587),
    secure,
    // On this machine there is nobody in between; anywhere else a connection that cannot be encrypted is not used.
    ignoreTLS: !secure && tls === "none" && local,
    requireTLS: !secure && tls === "required",
    auth: server.username
      ? { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) }
      : undefined,
    connectionTimeout: LIMITS.notifySendMs / 4,
    greetingTimeout: LIMITS.notifySendMs / 4,
    socketTimeout: LIMITS.notifySendMs / 2,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const sent = await transport.sendMail({
      envelope: { from: posting.from.address, to: [posting.to.address] },
      raw,
    });
    return String(sent.response ?? "accepted");
  } catch (error) {
    throw smtpFailure(error);
  } finally {
    transport.close();
  }
}

/** 5xx: the server will never take this one. Anything else: later. Without an answer the whole server is down. */
function smtpFailure(error: unknown): SendFailure {
  const { responseCode, message, code } = error as { responseCode?: number; message?: string; code?: string };
  const text = `The mail server: ${oneLine(message ?? String(error), 300)}`;
  // A wrong password is refused for good, but whoever puts it right expects the waiting mail to go out.
  if (code === "EAUTH") return new SendFailure(text, { again: true, channelDown: true });
  if (responseCode === undefined) return new SendFailure(text, { again: true, channelDown: true });
  return new SendFailure(text, { again: responseCode < 500, channelDown: responseCode === 421 });
}

const TEMPORARY = new Set([
  "E_RATE_LIMIT_EXCEEDED",
  "E_DAILY_LIMIT_EXCEEDED",
  "E_DELIVERY_FAILED",
  "E_INTERNAL_SERVER_ERROR",
]);

async function sendBound(
  binding: NonNullable<Env["EMAIL"]>,
  raw: Buffer,
  posting: Posting,
  messageId: string,
): Promise<string> {
  // Only a Worker has this module.
  const { EmailMessage } = await import("cloudflare:email");
  try {
    const message = new EmailMessage(posting.from.address, posting.to.address, raw.toString("latin1"));
    const sent = (await binding.send(message)) as { messageId?: string } | undefined;
    return sent?.messageId ?? messageId;
  } catch (error) {
    const code = (error as { code?: string }).code;
    const again = code === undefined || TEMPORARY.has(code);
    throw new SendFailure(`Cloudflare's e-mail service: ${oneLine(String(error), 300)}`, {
      again,
      channelDown: code === "E_RATE_LIMIT_EXCEEDED" || code === "E_DAILY_LIMIT_EXCEEDED",
    });
  }
}
