/** A mail as it goes over the wire: the same bytes at every try, seven bits, headers that signing by DKIM can rely on. */
import { tokenHash } from "@tw/shared/approvals/links";
import { oneLine } from "@tw/shared/approvals/visible";
import { createTransport } from "nodemailer";
import type { Mail } from "../mail-layout.ts";
import { SendFailure } from "./failure.ts";

export interface Address {
  name: string;
  address: string;
}
export interface Posting {
  /** The notification: its id makes the message's own. */
  id: string;
  /** What the messages of one thread have in common (the run), or null. */
  thread: string | null;
  /** When it was decided to send it: the date of every try. */
  at: number;
  from: Address;
  replyTo: Address | null;
  to: Address;
  /** Where its reader chooses what to be told, for mails that could be done without. */
  unsubscribe: string | null;
}

/** One address, whatever was stored: a comma, a line break or a bracket would make it several, or a header. */
export function checkedAddress(email: string): string {
  const address = email.trim();
  if (!/^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(address) || /\p{Cc}/u.test(address))
    throw new SendFailure(`${oneLine(address, 80)} is not an e-mail address`, { again: false });
  return address;
}

/** `Name <address>` or an address alone. */
export function parseAddress(text: string, variable = "MAIL_FROM"): Address {
  const line = oneLine(text, 300);
  const match = /^(.*)<([^<>\s]+@[^<>\s]+)>$/.exec(line);
  if (match) return { name: (match[1] ?? "").trim().replace(/^"|"$/g, ""), address: match[2] as string };
  if (/^\S+@\S+$/.test(line)) return { name: "", address: line };
  throw new SendFailure(`${variable} is not an address: ${line}`, { again: false });
}

/** The message and its id, ready for SMTP or for an e-mail binding. */
export async function mimeOf(mail: Mail, posting: Posting): Promise<{ raw: Buffer; messageId: string }> {
  const domain = posting.from.address.split("@")[1] ?? "localhost";
  const own = (await tokenHash(posting.id)).slice(0, 40);
  const messageId = `<${own}@${domain}>`;
  // Mail programs group what refers to one and the same message, even one that was never sent.
  const root =
    posting.thread === null
      ? null
      : `<${(await tokenHash(`thread ${posting.thread}`)).slice(0, 40)}@${domain}>`;
  const builder = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  const { message } = await builder.sendMail({
    from: posting.from,
    ...(posting.replyTo ? { replyTo: posting.replyTo } : {}),
    to: [posting.to],
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    date: new Date(posting.at),
    messageId,
    ...(root ? { inReplyTo: root, references: [root] } : {}),
    headers: {
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      ...(posting.unsubscribe
        ? { "List-Unsubscribe": { prepared: true, value: `<${posting.unsubscribe}>` } }
        : {}),
    },
    // Base64 looks like spam to filters, and eight bits do not survive every server on the way.
    textEncoding: "quoted-printable",
    baseBoundary: own.slice(0, 24),
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof builder.sendMail>[0]);
  return { raw: message as Buffer, messageId };
}
