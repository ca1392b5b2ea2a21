/** Somebody's own system, told with signatures over id, time and body (Standard Webhooks); docs/webhooks.md says how to check them. */
import { hmacHex } from "@tw/shared/approvals/links";
import { webhookHeaders } from "@tw/shared/approvals/webhook-signature";
import type { Env } from "../env.ts";
import { SendFailure } from "./failure.ts";
import { postJson } from "./http.ts";

export async function sendWebhook(content: object, id: string, env: Env, now: number): Promise<string> {
  if (!env.NOTIFY_WEBHOOK_URL || !env.NOTIFY_WEBHOOK_KEY)
    throw new SendFailure("The webhook is not set up: NOTIFY_WEBHOOK_URL or NOTIFY_WEBHOOK_KEY is missing", {
      again: false,
    });
  const body = JSON.stringify(content);
  const t = Math.floor(now / 1000);
  const keys = [
    env.NOTIFY_WEBHOOK_KEY,
    ...(env.NOTIFY_WEBHOOK_KEY_BEFORE ? [env.NOTIFY_WEBHOOK_KEY_BEFORE] : []),
  ];
  const headers = {
    // The id is the same for every try, so that the receiver can drop a second one.
    ...(await webhookHeaders(keys, id, body, t)),
    "tw-signature": `t=${t},v1=${await hmacHex(env.NOTIFY_WEBHOOK_KEY, `${t}.${body}`)}`,
    "idempotency-key": id,
  };
  return await postJson(env.NOTIFY_WEBHOOK_URL, body, headers, "The webhook");
}
