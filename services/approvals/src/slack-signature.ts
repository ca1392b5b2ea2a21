/** Is this request from Slack? Over the raw body, before anything of it is read. */
import { hmacHex, sameText } from "@tw/shared/approvals/links";
import { LIMITS } from "@tw/shared/limits";

/** Null when the signature holds and is fresh, else why not. That it comes only once is `takeSlackRequest`'s business. */
export async function slackRefusal(
  secret: string,
  headers: { timestamp: string | undefined; signature: string | undefined },
  body: string,
  now: number,
): Promise<string | null> {
  const { timestamp, signature } = headers;
  if (!timestamp || !/^\d{1,12}$/.test(timestamp) || !signature) return "unsigned";
  if (Math.abs(now / 1000 - Number(timestamp)) > LIMITS.slackWindowS) return "too old";
  const expected = `v0=${await hmacHex(secret, `v0:${timestamp}:${body}`)}`;
  return sameText(signature, expected) ? null : "wrong signature";
}
