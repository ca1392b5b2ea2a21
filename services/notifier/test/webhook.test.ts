import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { webhookHeaders, webhookRefusal } from "@tw/shared/approvals/webhook-signature";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSink, type Sink } from "../../approvals/test/inbox.ts";
import { sendWebhook } from "../src/channels/webhook.ts";
import { checkEnv, type Env } from "../src/env.ts";

const NEW = `whsec_${Buffer.from("the new key of the tests, 32 byt").toString("base64")}`;
const OLD = "an old key that is no base64 at all";
type IsOurs = (keys: string[], headers: { [name: string]: unknown }, body: string, now?: number) => boolean;
let isOurs: IsOurs;
let sink: Sink;
let folder: string;
beforeAll(async () => {
  sink = await openSink();
  folder = await mkdtemp(join(tmpdir(), "tw-webhook-"));
  // The receiver's code as the documentation prints it.
  const page = await readFile(join(import.meta.dirname, "../../../docs/webhooks.md"), "utf8");
  const code = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const file = join(folder, "receiver.mjs");
  await writeFile(file, code);
  ({ isOurs } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { isOurs: IsOurs });
});
afterAll(async () => {
  await sink?.close();
  await rm(folder, { recursive: true, force: true });
});
const envOf = (more: Partial<Env>): Env => ({ NOTIFY_WEBHOOK_URL: `${sink.url}/hook`, ...more }) as Env;

async function delivered(env: Env): Promise<{ headers: { [name: string]: unknown }; body: string }> {
  await sendWebhook({ type: "checkpoint.requested", text: "Ünïcode ✓" }, "ntf_1", env, Date.now());
  return sink.received.at(-1) as { headers: { [name: string]: unknown }; body: string };
}

describe("the receiver's code of the documentation", () => {
  test("takes what is signed, with one key or, while it is replaced, with either", async () => {
    const one = await delivered(envOf({ NOTIFY_WEBHOOK_KEY: NEW }));
    expect(isOurs([NEW], one.headers, one.body)).toBe(true);
    expect(isOurs([OLD], one.headers, one.body)).toBe(false);
    const both = await delivered(envOf({ NOTIFY_WEBHOOK_KEY: NEW, NOTIFY_WEBHOOK_KEY_BEFORE: OLD }));
    expect(isOurs([OLD], both.headers, both.body)).toBe(true);
    expect(isOurs([NEW], both.headers, both.body)).toBe(true);
    expect(String(both.headers["webhook-signature"]).split(" ")).toHaveLength(2);
    expect(both.headers["webhook-id"]).toBe("ntf_1");
  });

  test("refuses another body, id or time, one that is old, and one without signature", async () => {
    const { headers, body } = await delivered(envOf({ NOTIFY_WEBHOOK_KEY: NEW }));
    expect(isOurs([NEW], headers, `${body} `)).toBe(false);
    expect(isOurs([NEW], { ...headers, "webhook-id": "ntf_2" }, body)).toBe(false);
    expect(
      isOurs(
        [NEW],
        { ...headers, "webhook-timestamp": String(Number(headers["webhook-timestamp"]) - 1) },
        body,
      ),
    ).toBe(false);
    expect(isOurs([NEW], headers, body, Date.now() / 1000 + 301)).toBe(false);
    expect(isOurs([NEW], { ...headers, "webhook-signature": undefined }, body)).toBe(false);
  });
});

test("our own check agrees, and so does the example of Standard Webhooks", async () => {
  const at = 1_614_265_330;
  const body = '{"test": 2432232314}';
  const key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const headers = await webhookHeaders([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", body, at);
  expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  const given = {
    id: headers["webhook-id"],
    timestamp: headers["webhook-timestamp"],
    signature: `v1a,xx ${headers["webhook-signature"]}`,
  };
  expect(await webhookRefusal([key], given, body, at + 10)).toBeNull();
  expect(await webhookRefusal([key], given, body, at + 301)).toBe("too old");
  expect(await webhookRefusal([OLD], given, body, at)).toBe("wrong signature");
  expect(await webhookRefusal([key], { ...given, signature: null }, body, at)).toBe("unsigned");
});

test("a key that says it is base64 and is not: the service refuses to start", () => {
  const env = {
    DB: {},
    LINK_KEY: "k".repeat(32),
    PUBLIC_URL: "https://tw.example",
    NOTIFY_WEBHOOK_URL: "https://x.example",
  } as unknown as Env;
  expect(() => checkEnv({ ...env, NOTIFY_WEBHOOK_KEY: "whsec_!!" })).toThrow(
    /NOTIFY_WEBHOOK_KEY begins with whsec_/,
  );
  expect(() => checkEnv(env)).toThrow(/needs NOTIFY_WEBHOOK_KEY/);
  expect(checkEnv({ ...env, NOTIFY_WEBHOOK_KEY: NEW })).toBeTruthy();
});
