/** An agent's side of the protocol, raw: it sends what it is told and shows all that comes back. */
import { type HubMessage, hubMessageSchema } from "@tw/shared/contracts/agent-protocol";
import WebSocket from "ws";

export type Answer<T extends HubMessage["type"]> = Extract<HubMessage, { type: T }>;

export class AgentSocket {
  /** Messages without an answer's id. */
  readonly pushes: HubMessage[] = [];
  closed: { code: number; reason: string } | null = null;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (message: HubMessage) => void>();
  #id = 0;
  #onRaw: ((text: string) => void) | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      const text = data.toString();
      if (text === "pong") return this.#onRaw?.(text);
      const message = hubMessageSchema.parse(JSON.parse(text));
      const resolve = "id" in message ? this.#waiting.get(message.id) : undefined;
      if (!resolve || !("id" in message)) return void this.pushes.push(message);
      this.#waiting.delete(message.id);
      resolve(message);
    });
    socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    socket.on("error", () => {});
  }

  /** The status of the answer when it is not an open socket. */
  static open(url: string, token: string): Promise<AgentSocket | number> {
    const socket = new WebSocket(`${url.replace("http", "ws")}/api/agents/connect`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const agent = new AgentSocket(socket);
    return new Promise((resolve, reject) => {
      socket.once("open", () => resolve(agent));
      socket.once("unexpected-response", (_, answer) => {
        resolve(answer.statusCode ?? 0);
        socket.terminate();
      });
      socket.once("error", reject);
    });
  }

  /** Open, and welcomed. */
  static async hello(
    url: string,
    token: string,
    more: {
      labels?: string[];
      capacity?: number;
      holding?: { job: string; fence: number }[];
      journal?: string;
    } = {},
  ): Promise<AgentSocket & { session: number }> {
    const agent = await AgentSocket.open(url, token);
    if (typeof agent === "number") throw new Error(`the socket was refused with ${agent}`);
    const welcome = await agent.ask<"welcome">({ ...HELLO, ...more });
    return Object.assign(agent, { session: welcome.session });
  }

  /** Sends a message with a fresh id and waits for its answer, whatever type that is. */
  ask<T extends HubMessage["type"]>(message: { type: string; [field: string]: unknown }): Promise<Answer<T>> {
    const id = String(++this.#id);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${message.type}`)), 10_000);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer as Answer<T>);
      });
      this.#socket.send(JSON.stringify({ ...message, id }));
    });
  }

  /** Sends anything at all; waits for whatever comes next under the id "". */
  raw(frame: string | Buffer, id = ""): Promise<HubMessage> {
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(frame);
    });
  }

  ping(): Promise<string> {
    return new Promise((resolve) => {
      this.#onRaw = resolve;
      this.#socket.send("ping");
    });
  }

  close(): void {
    this.#socket.close();
  }
  /** As when the machine is gone: no closing handshake. */
  drop(): void {
    this.#socket.terminate();
  }
}

export const HELLO = {
  type: "hello",
  protocol: 1,
  version: "0.1.0",
  platform: "linux x64",
  labels: [] as string[],
  root: "/home/olga/work",
  capacity: 8,
  policy_hash: "p",
  tools: { node: "24.21.0" },
  facts: { git: { branch: "main" } },
  holding: [] as { job: string; fence: number }[],
};
