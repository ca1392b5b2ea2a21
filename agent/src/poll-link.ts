import { CHANNEL, CLOSE } from "@tw/shared/contracts/agent-codes";
import type { AgentMessage, PollResponse } from "@tw/shared/contracts/agent-protocol";
import { type Link, type LinkEvents, refusedFor } from "./link.ts";

/** The same conversation over HTTP: requests as they come, and one request that waits for pushes. */
export function openPoll(to: { url: string; token: string }, events: LinkEvents): Link {
  const stop = new AbortController();
  let session: number | null = null;
  const end = (code: number, reason: string) => {
    if (stop.signal.aborted) return;
    stop.abort();
    events.closed(code, reason);
  };

  async function post(messages: AgentMessage[], waitS: number): Promise<void> {
    const response = await fetch(`${to.url}/api/agents/poll`, {
      method: "POST",
      headers: { authorization: `Bearer ${to.token}`, "content-type": "application/json" },
      body: JSON.stringify({ session, messages, wait_s: waitS }),
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(waitS * 1000 + CHANNEL.requestTimeoutMs)]),
    });
    const why = refusedFor(response.status);
    if (why) return end(CLOSE.revoked, why);
    if (response.status === 409) return end(CLOSE.replaced, "");
    if (!response.ok) return end(1006, `the hub answered ${response.status}`);
    const body = (await response.json()) as PollResponse;
    for (const message of body.messages) events.message(message);
  }
  const failed = (error: unknown) => end(1006, (error as Error).message);

  async function listen(): Promise<void> {
    while (!stop.signal.aborted) await post([], CHANNEL.pollWaitS);
  }

  queueMicrotask(() => events.opened());
  return {
    send: (message) => void post([message], 0).catch(failed),
    welcomed: (given) => {
      session = given;
      void listen().catch(failed);
    },
    close: () => stop.abort(),
  };
}
