/** E-mail: Cloudflare's binding where there is one, else any SMTP server. */
import { tokenHash } from "@tw/shared/approvals/links";
import { oneLine } from "@tw/shared/approvals/visible";
import { LIMITS } from "@tw/shared/limits";
import { createTransport } from "nodemailer";
import type { Env } from "../env.ts";
import type { Mail } from "../render-mail.ts";
import { SendFailure } from "./failure.ts";

const DEFAULT_FROM = "Turbocharged Workspace <workspace@localhost>";
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** @returns the receipt: what the mail system answered */
export async function sendEmail(
  mail: Mail,
  to: { name: string; email: string },
  id: string,
  env: Env,
): Promise<string> {
  const from = parseAddress(env.MAIL_FROM || DEFAULT_FROM);
  const address = to.email.trim();
  // One address, whatever was stored: a comma, a line break or a bracket would make it several, or a header.
  if (!/^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(address) || /\p{Cc}/u.test(address))
    throw new SendFailure(`${oneLine(address, 80)} is not an e-mail address`, { again: false });
  const headers = { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" };
  // The same for every try, so that a mailbox can tell a second one.
  const messageId = `<${(await tokenHash(id)).slice(0, 40)}@${from.address.split("@")[1]}>`;
  if (env.EMAIL) return await sendBound(env.EMAIL, mail, from, address, headers);
  if (env.SMTP_URL)
    return await sendSmtp(
      env.SMTP_URL,
      mail,
      from,
      { name: oneLine(to.name, 80), address },
      messageId,
      headers,
    );
  throw new SendFailure("E-mail is not set up: neither SMTP_URL nor the EMAIL binding is there", {
    again: false,
  });
}

interface Address {
  name: string;
  address: string;
}

async function sendSmtp(
  url: string,
  mail: Mail,
  from: Address,
  to: Address,
  messageId: string,
  headers: Record<string, string>,
): Promise<string> {
  const server = new URL(url);
  const secure = server.protocol === "smtps:";
  const local = LOOPBACK.has(server.hostname);
  const transport = createTransport({
    host: server.hostname.replace(/^\[|\]$/g, ""),
    port: Number(server.port) || (secure ? 465 : 587),
    secure,
    // On this machine there is nobody in between; anywhere else a connection that cannot be encrypted is not used.
    ignoreTLS: !secure && local,
    requireTLS: !secure && !local && server.searchParams.get("tls") !== "optional",
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
      from,
      to: [to],
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId,
      headers,
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
  const { responseCode, message } = error as { responseCode?: number; message?: string };
  const text = `The mail server: ${oneLine(message ?? String(error), 300)}`;
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
  mail: Mail,
  from: Address,
  to: string,
  headers: Record<string, string>,
): Promise<string> {
  try {
    const sent = await binding.send({
      from: { email: from.address, name: from.name },
      to,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      headers,
    });
    return sent?.messageId ?? "accepted";
  } catch (error) {
    const code = (error as { code?: string }).code;
    const again = code === undefined || TEMPORARY.has(code);
    throw new SendFailure(`Cloudflare's e-mail service: ${oneLine(String(error), 300)}`, {
      again,
      channelDown: code === "E_RATE_LIMIT_EXCEEDED" || code === "E_DAILY_LIMIT_EXCEEDED",
    });
  }
}

/** `Name <address>` or an address alone. */
export function parseAddress(text: string): Address {
  const line = oneLine(text, 300);
  const match = /^(.*)<([^<>\s]+@[^<>\s]+)>$/.exec(line);
  if (match) return { name: (match[1] ?? "").trim().replace(/^"|"$/g, ""), address: match[2] as string };
  if (/^\S+@\S+$/.test(line)) return { name: "", address: line };
  throw new SendFailure(`MAIL_FROM is not an address: ${line}`, { again: false });
}
