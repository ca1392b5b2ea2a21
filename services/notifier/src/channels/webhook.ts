/** Somebody's own system, told with a signature over time and body: `Tw-Signature: t=1700000000,v1=<HMAC-SHA256 of "t.body">`. */
import { hmacHex } from "@tw/shared/approvals/links";
import type { Env } from "../env.ts";
import type { Message } from "../render.ts";
import { webhookOf } from "../render-webhook.ts";
import { SendFailure } from "./failure.ts";
import { postJson } from "./http.ts";

export async function sendWebhook(message: Message, id: string, env: Env, now: number): Promise<string> {
  if (!env.NOTIFY_WEBHOOK_URL || !env.NOTIFY_WEBHOOK_KEY)
    throw new SendFailure("The webhook is not set up: NOTIFY_WEBHOOK_URL or NOTIFY_WEBHOOK_KEY is missing", {
      again: false,
    });
  const body = JSON.stringify(webhookOf(message, id));
  const t = Math.floor(now / 1000);
  const headers = {
    "tw-signature": `t=${t},v1=${await hmacHex(env.NOTIFY_WEBHOOK_KEY, `${t}.${body}`)}`,
    // The same for every try, so that the receiver can drop a second one.
    "idempotency-key": id,
  };
  return await postJson(env.NOTIFY_WEBHOOK_URL, body, headers, "The webhook");
}
