import { CHANNEL, CLOSE } from "@tw/shared/contracts/agent-codes";
import type { HubMessage } from "@tw/shared/contracts/agent-protocol";
import WebSocket from "ws";
import { type Link, type LinkEvents, refusedFor } from "./link.ts";

/** Shorter where something between forgets quiet connections sooner. */
const PING_MS = Number(process.env.TW_PING_MS) || CHANNEL.pingEveryMs;

/** Opens the socket. Pings it itself: a half-open connection tells nobody. */
export function openSocket(to: { url: string; token: string }, events: LinkEvents): Link {
  const socket = new WebSocket(`${to.url.replace(/^http/, "ws")}/api/agents/connect`, {
    headers: { authorization: `Bearer ${to.token}` },
    handshakeTimeout: CHANNEL.requestTimeoutMs,
    maxPayload: 32 * 1024 * 1024,
    perMessageDeflate: false,
  });
  let unanswered = 0;
  let over = false;
  const end = (code: number, reason: string) => {
    if (over) return;
    over = true;
    clearInterval(pinger);
    socket.terminate();
    events.closed(code, reason);
  };
  const pinger = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (unanswered >= 2) return end(1006, "two pings without an answer");
    unanswered++;
    socket.send("ping");
  }, PING_MS);

  socket.on("open", () => events.opened());
  socket.on("message", (data) => {
    const text = String(data);
    unanswered = 0;
    if (text === "pong") return;
    let message: HubMessage;
    try {
      message = JSON.parse(text) as HubMessage;
    } catch {
      return end(1006, "the hub sent something that is not JSON");
    }
    events.message(message);
  });
  socket.on("unexpected-response", (request, response) => {
    request.destroy();
    const status = response.statusCode ?? 0;
    const why = refusedFor(status);
    if (why) return end(CLOSE.revoked, why);
    if (status !== 429 && status < 500) events.refused();
    end(1006, `the hub answered ${status}`);
  });
  socket.on("close", (code, reason) => end(code, String(reason)));
  socket.on("error", (error) => end(1006, error.message));

  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    welcomed: () => {},
    close: () => {
      over = true;
      clearInterval(pinger);
      if (socket.readyState === WebSocket.OPEN) {
        socket.close(1000);
        // A peer that does not answer the close must not keep the process alive.
        setTimeout(() => socket.terminate(), 1_000).unref();
      } else socket.terminate();
    },
  };
}
