/** The line to the hub: one socket, requests answered by id, pings, and reconnects. Falls back to polling where sockets are blocked. */
import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import { CHANNEL, CLOSE } from "@tw/shared/contracts/agent-codes";
import type { AgentMessage, HubMessage } from "@tw/shared/contracts/agent-protocol";
import type { Hello, Link, LinkEvents } from "./link.ts";
import { isWellFormed } from "./well-formed.ts";

type Request = DistributiveOmit<AgentMessage, "id">;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** The hub did not answer, or not in time; the request may be sent again. */
export class NoAnswer extends Error {
  override name = "NoAnswer";
}
/** The line is ended for good; `exitCode` says how the process should end. */
export interface Ended {
  reason: string;
  exitCode: number;
}

const SOCKET_AGAIN_MS = 300_000;

interface Events {
  open: [];
  push: [HubMessage];
  ended: [Ended];
  note: [string];
}

export class Connection extends EventEmitter<Events> {
  readonly #url: string;
  readonly #token: string;
  readonly #hello: () => Hello;
  /** Looked at before any message is handled. */
  readonly #beforeMessage: () => void;
  readonly #pending = new Map<string, { settle(message: HubMessage): void; fail(error: Error): void }>();
  #link: Link | null = null;
  #open = false;
  #closed = false;
  #tries = 0;
  #pollOnly = false;
  #retry: NodeJS.Timeout | undefined;
  session = 0;
  /** The workspace, as its last welcome said. */
  tenant = "";

  constructor(options: { url: string; token: string; hello: () => Hello; beforeMessage: () => void }) {
    super();
    this.#url = options.url;
    this.#token = options.token;
    this.#hello = options.hello;
    this.#beforeMessage = options.beforeMessage;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Connects, and keeps connecting until `close` or the hub ends it. */
  start(): void {
    void this.#connect();
  }

  /** Sends a message and waits for its answer. Throws NoAnswer. */
  async request(message: Request, timeoutMs: number = CHANNEL.requestTimeoutMs): Promise<HubMessage> {
    const link = this.#link;
    if (!link || (!this.#open && message.type !== "hello")) throw new NoAnswer("not connected");
    const id = randomBytes(9).toString("base64url");
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<HubMessage>((settle, fail) => {
      this.#pending.set(id, { settle, fail });
      timer = setTimeout(
        () => fail(new NoAnswer(`no answer to ${message.type} in ${timeoutMs} ms`)),
        timeoutMs,
      );
    });
    link.send({ ...message, id } as AgentMessage);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#down(this.#link);
  }

  async #connect(): Promise<void> {
    const events: LinkEvents = {
      opened: () => void this.#greet(link),
      message: (message) => this.#onMessage(link, message),
      closed: (code, reason) => this.#onClosed(link, code, reason),
      refused: () => {
        this.emit("note", "sockets are refused here; using long polling");
        this.#pollOnly = true;
      },
    };
    const open = this.#pollOnly
      ? (await import("./poll-link.ts")).openPoll
      : (await import("./socket-link.ts")).openSocket;
    if (this.#closed) return;
    const link = open({ url: this.#url, token: this.#token }, events);
    this.#link = link;
    if (!this.#pollOnly) return;
    // What refuses sockets may have learnt to pass them: look again later.
    setTimeout(() => {
      this.#pollOnly = false;
      this.#onClosed(link, 1006, "looking whether sockets work now");
    }, SOCKET_AGAIN_MS).unref();
  }

  async #greet(link: Link): Promise<void> {
    try {
      const welcome = await this.request({ type: "hello", ...this.#hello() });
      if (this.#link !== link) return;
      if (welcome.type !== "welcome")
        throw new Error(welcome.type === "error" ? welcome.message : "no welcome");
      this.session = welcome.session;
      this.tenant = welcome.tenant;
      link.welcomed(welcome.session);
      this.#tries = 0;
      this.#open = true;
      this.emit("open");
    } catch (error) {
      if (this.#link === link) this.#onClosed(link, 1006, (error as Error).message);
    }
  }

  #onMessage(link: Link, message: HubMessage): void {
    if (this.#link !== link) return;
    this.#beforeMessage();
    if (!isWellFormed(message)) {
      const { id, type } = ((message as unknown) ?? {}) as { id?: unknown; type?: unknown };
      this.emit(
        "note",
        `a message of the workspace is not right and was ignored (${String(type).slice(0, 40)})`,
      );
      this.#pending.get(String(id))?.fail(new NoAnswer("the answer is not right"));
      return;
    }
    if (!("id" in message)) this.emit("push", message);
    else this.#pending.get(message.id)?.settle(message);
  }

  #onClosed(link: Link, code: number, reason: string): void {
    // A socket given up before says nothing about the one in use.
    if (this.#link !== link) return;
    this.#down(link);
    if (this.#closed) return;
    const end = ENDS[code];
    if (end) {
      this.#closed = true;
      this.emit("ended", {
        reason: reason ? `${end.reason} (${reason})` : end.reason,
        exitCode: end.exitCode,
      });
      return;
    }
    // Full jitter, so that a thousand agents do not come back in step after a deploy.
    const limit = Math.min(CHANNEL.reconnectMaxMs, CHANNEL.reconnectMinMs * 2 ** this.#tries++);
    const wait =
      this.#tries === 1 ? Math.random() * limit : Math.max(CHANNEL.reconnectMinMs, Math.random() * limit);
    this.emit("note", `connection lost (${reason || code}); next try in ${Math.round(wait)} ms`);
    this.#retry = setTimeout(() => void this.#connect(), wait);
  }

  #down(link: Link | null): void {
    this.#link = null;
    this.#open = false;
    link?.close();
    for (const { fail } of this.#pending.values()) fail(new NoAnswer("the connection was lost"));
    this.#pending.clear();
  }
}

const ENDS: Record<number, Ended> = {
  [CLOSE.replaced]: { exitCode: 3, reason: "Another agent connected with the same token; this one stops" },
  [CLOSE.revoked]: { exitCode: 4, reason: "This agent's token is not valid (any more); this one stops" },
  [CLOSE.protocol]: {
    exitCode: 5,
    reason: "The hub speaks another version of the protocol; update the agent",
  },
};
