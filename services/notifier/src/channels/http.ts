/** One POST to a configured address: bounded in time, redirects refused, the answer's body never read past its start. */
import { LIMITS } from "@tw/shared/limits";
import { retryAfter, SendFailure } from "./failure.ts";

/** @returns the receipt: the answer's status */
export async function postJson(
  url: string,
  body: string,
  headers: Record<string, string>,
  name: string,
): Promise<string> {
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "turbocharged-workspace",
        ...headers,
      },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(LIMITS.notifySendMs / 2),
    });
  } catch (error) {
    throw new SendFailure(`${name} could not be reached: ${String(error)}`, {
      again: true,
      channelDown: true,
    });
  }
  await answer.body?.cancel();
  if (answer.ok) return `HTTP ${answer.status}`;
  const wait = retryAfter(answer.headers.get("retry-after"), Date.now());
  const again = answer.status === 429 || answer.status === 408 || answer.status >= 500;
  throw new SendFailure(`${name} answered HTTP ${answer.status}`, {
    again,
    retryAfterS: wait,
    channelDown: answer.status === 429 || answer.status === 503,
  });
}
