import type { AddressInfo, Server as NetServer } from "node:net";
import tls from "node:tls";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type Letterhead, sendEmail } from "../src/channels/email.ts";
import { SendFailure } from "../src/channels/failure.ts";
import { mimeOf, type Posting } from "../src/channels/mime.ts";
import type { Env } from "../src/env.ts";
import { renderLetter } from "../src/mail-layout.ts";
import { CERTIFICATE, KEY_OF_CERTIFICATE } from "./localhost-certificate.ts";
import { MAILED, sampleMails } from "./mail-samples.ts";

const NOW = 1_790_000_000_000;
const posting: Posting = {
  id: "ntf_chk_1.usr_bea.email.request",
  thread: "run_1",
  at: NOW,
  from: { name: "Example Works", address: "ws@example.com" },
  replyTo: { name: "", address: "help@example.com" },
  to: { name: "Bea Łukasz", address: "bea@example.com" },
  unsubscribe: "https://tw.example/settings",
};
const samples = sampleMails();

describe("as it goes over the wire", () => {
  test("every kind of mail that is sent has a sample", () => {
    for (const kind of MAILED) expect(Object.keys(samples)).toContain(kind);
  });

  test.each(Object.entries(samples))(
    "%s: seven bits, short lines, both parts, headers in order, read back as written",
    async (_name, mail) => {
      const { raw, messageId } = await mimeOf(mail, posting);
      expect(
        raw.every((byte) => byte < 0x80 && (byte >= 0x20 || byte === 9 || byte === 10 || byte === 13)),
      ).toBe(true);
      const wire = raw.toString("latin1");
      for (const line of wire.split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
      expect(wire.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
      const parsed = await PostalMime.parse(raw);
      expect(parsed.text?.trim()).toBe(mail.text.replaceAll("-- \n", "-- \n").trim());
      expect(parsed.html?.trim()).toBe(mail.html.trim());
      expect(parsed.subject).toBe(mail.subject);
      expect(parsed.from?.address).toBe("ws@example.com");
      expect(parsed.replyTo?.[0]?.address).toBe("help@example.com");
      expect(parsed.to?.[0]).toMatchObject({ name: "Bea Łukasz", address: "bea@example.com" });
      expect(parsed.messageId).toBe(messageId);
      const keys = parsed.headers.map((header) => header.key);
      for (const once of [
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
        "reply-to",
        "references",
        "auto-submitted",
        "list-unsubscribe",
      ])
        expect(keys.filter((key) => key === once)).toHaveLength(1);
      expect(parsed.headers.find((h) => h.key === "auto-submitted")?.value).toBe("auto-generated");
      expect(parsed.headers.find((h) => h.key === "list-unsubscribe")?.value).toBe(
        "<https://tw.example/settings>",
      );
      // Built anew, as a second try does it: the same bytes.
      expect((await mimeOf(mail, posting)).raw.equals(raw)).toBe(true);
    },
  );

  test("mails of one run are one thread, those of another are not", async () => {
    const mail = samples.request as NonNullable<typeof samples.request>;
    const parse = async (more: Partial<Posting>) =>
      PostalMime.parse((await mimeOf(mail, { ...posting, ...more })).raw);
    const [first, second, other, alone] = await Promise.all([
      parse({}),
      parse({ id: "ntf_run_1.usr_bea.email.finished" }),
      parse({ id: "ntf_2", thread: "run_2" }),
      parse({ id: "ntf_3", thread: null }),
    ]);
    expect(first?.messageId).not.toBe(second?.messageId);
    expect(first?.references).toBe(second?.references);
    expect(second?.inReplyTo).toBe(second?.references);
    expect(other?.references).not.toBe(first?.references);
    expect(alone?.references).toBeUndefined();
  });
});

describe("as it looks", () => {
  test.each(Object.entries(samples))(
    "%s: a preview, one button, no picture, script or foreign address, below 102 KB",
    (_name, { html, text }) => {
      expect(new TextEncoder().encode(html).length).toBeLessThan(102_000);
      expect(html).not.toMatch(/<(?:img|script|link|iframe|form|object)\b|url\(|@import/i);
      expect(html.match(/<a /g)).toHaveLength(1);
      const [, address = ""] = /<a [^>]*href="([^"]*)"/.exec(html) ?? [];
      const plain = address.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
      expect(plain).toMatch(/^https:\/\/workspace\.example\.com\//);
      expect(text).toContain(plain);
      expect(html).toContain('<meta name="color-scheme" content="light dark">');
      expect(html.indexOf("display:none")).toBeLessThan(html.indexOf("<table"));
      expect(html.match(/<table /g)?.length).toBe(html.match(/<table [^>]*role="presentation"/g)?.length);
    },
  );

  test("however much there is to say, Gmail shows it whole", () => {
    const long = "<&> x".repeat(4_000);
    const mail = renderLetter({
      subject: long,
      preview: long,
      workspace: long,
      about: "approval",
      heading: long,
      tone: "ask",
      blocks: [
        { kind: "code", lines: Array.from({ length: 400 }, () => long) },
        { kind: "list", items: Array.from({ length: 400 }, () => long) },
        {
          kind: "changes",
          rows: Array.from({ length: 400 }, () => ({ what: long, before: long, after: long })),
        },
      ],
      footer: long,
    });
    expect(new TextEncoder().encode(mail.html).length).toBeLessThanOrEqual(100_000);
    expect(mail.html).toMatch(/… and \d+ more/);
    expect(mail.subject.length).toBeLessThanOrEqual(120);
  });
});

const head: Letterhead = { id: "ntf_1", thread: "run_1", at: NOW, optional: false };
const bea = { name: "Bea", email: "bea@example.com" };
const envOf = (more: Partial<Env>): Env =>
  ({ PUBLIC_URL: "https://tw.example", MAIL_FROM: "Example Works <ws@example.com>", ...more }) as Env;
const mail = samples.finished as NonNullable<typeof samples.finished>;

describe("SMTP", () => {
  const closing: (() => Promise<void>)[] = [];
  // The certificate of the tests is trusted by this process only.
  beforeAll(() => tls.setDefaultCACertificates([...tls.getCACertificates(), CERTIFICATE]));
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  async function open(
    options: SMTPServerOptions,
  ): Promise<{ port: number; got: { secure: boolean; user: unknown }[] }> {
    const got: { secure: boolean; user: unknown }[] = [];
    const server = new SMTPServer({
      logger: false,
      key: KEY_OF_CERTIFICATE,
      cert: CERTIFICATE,
      onAuth: ({ username, password }, _session, done) =>
        username === "bot@example" && password === "p@ss:word"
          ? done(null, { user: username })
          : done(new Error("wrong password")),
      onData(stream, session, done) {
        stream.resume();
        stream.on("end", () => {
          got.push({ secure: session.secure, user: session.user });
          done();
        });
      },
      ...options,
    });
    server.on("error", () => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const { port } = (server as unknown as { server: NetServer }).server.address() as AddressInfo;
    return { port, got };
  }
  const login = "bot%40example:p%40ss%3Aword";

  test("STARTTLS, then the password, then the mail", async () => {
    const { port, got } = await open({});
    await sendEmail(mail, bea, head, envOf({ SMTP_URL: `smtp://${login}@localhost:${port}?tls=required` }));
    expect(got).toEqual([{ secure: true, user: "bot@example" }]);
  });

  test("encrypted from the first byte", async () => {
    const { port, got } = await open({ secure: true });
    await sendEmail(mail, bea, head, envOf({ SMTP_URL: `smtps://${login}@localhost:${port}` }));
    expect(got).toEqual([{ secure: true, user: "bot@example" }]);
  });

  test("a server that cannot encrypt gets neither password nor mail", async () => {
    const { port, got } = await open({
      hideSTARTTLS: true,
      disabledCommands: ["STARTTLS"],
      allowInsecureAuth: true,
    });
    const sending = sendEmail(
      mail,
      bea,
      head,
      envOf({ SMTP_URL: `smtp://${login}@localhost:${port}?tls=required` }),
    );
    await expect(sending).rejects.toThrow(/mail server/);
    expect(got).toEqual([]);
  });

  test("a wrong password is said without showing it, and tried again later", async () => {
    const { port, got } = await open({});
    const failure = await sendEmail(
      mail,
      bea,
      head,
      envOf({ SMTP_URL: `smtp://bot:s3cret-word@localhost:${port}?tls=required` }),
    ).catch((error) => error);
    expect(failure).toBeInstanceOf(SendFailure);
    expect(failure).toMatchObject({ again: true, channelDown: true });
    expect(failure.message).not.toContain("s3cret-word");
    expect(got).toEqual([]);
  });
});

vi.mock("cloudflare:email", () => ({
  EmailMessage: class {
    readonly from: string;
    readonly to: string;
    readonly raw: string;
    constructor(from: string, to: string, raw: string) {
      this.from = from;
      this.to = to;
      this.raw = raw;
    }
  },
}));

describe("Cloudflare's e-mail binding", () => {
  test("is given the same message, for the one address", async () => {
    const sent: { from: string; to: string; raw: string }[] = [];
    const EMAIL = { send: async (message: unknown) => void sent.push(message as (typeof sent)[number]) };
    const receipt = await sendEmail(
      mail,
      bea,
      { ...head, optional: true },
      envOf({ EMAIL, SMTP_URL: "smtp://127.0.0.1:1" }),
    );
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ from: "ws@example.com", to: "bea@example.com" });
    const parsed = await PostalMime.parse(sent[0]?.raw ?? "");
    expect(parsed.subject).toBe(mail.subject);
    expect(parsed.html?.trim()).toBe(mail.html.trim());
    expect(receipt).toBe(parsed.messageId);
    expect(parsed.headers.find((h) => h.key === "list-unsubscribe")?.value).toBe(
      "<https://tw.example/settings>",
    );
  });

  test.each([
    ["E_RECIPIENT_SUPPRESSED", false, false],
    ["E_SENDER_NOT_VERIFIED", false, false],
    ["E_RATE_LIMIT_EXCEEDED", true, true],
    ["E_INTERNAL_SERVER_ERROR", true, false],
  ])("%s: again %s, whole channel %s", async (code, again, channelDown) => {
    const EMAIL = { send: () => Promise.reject(Object.assign(new Error(code), { code })) };
    await expect(sendEmail(mail, bea, head, envOf({ EMAIL }))).rejects.toMatchObject({ again, channelDown });
  });
});

test.each(["", "no address", "a@b, c@d", "a@b\r\nBcc: x@y", "<a@b>"])(
  "%j is nobody's address",
  async (email) => {
    await expect(
      sendEmail(mail, { name: "x", email }, head, envOf({ SMTP_URL: "smtp://127.0.0.1:1" })),
    ).rejects.toMatchObject({ again: false });
  },
);
