/** A hub for tests: a real `ws` server that speaks the protocol, checks every message by its schema and keeps what it was told. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type AgentMessage,
  agentMessageSchema,
  type HubMessage,
  hubMessageSchema,
  type LeasedJob,
  type StepReport,
} from "@tw/shared/contracts/agent-protocol";
import { type WebSocket, WebSocketServer } from "ws";
import { until } from "./until.ts";

type Of<T extends AgentMessage["type"]> = Extract<AgentMessage, { type: T }>;

export class TestHub {
  /** Everything agents said, in order. */
  readonly messages: AgentMessage[] = [];
  /** Jobs to give out at the next ask. */
  readonly queue: LeasedJob[] = [];
  readonly lost = new Set<string>();
  readonly cancelled = new Set<string>();
  /** Answers are dropped while set, as if the line were dead in one direction. */
  mute = false;
  /** Kinds of requests that are heard but not answered. */
  readonly unanswered = new Set<AgentMessage["type"]>();
  /** Logs are refused for the time being, as by a database that is down. */
  logsDown = false;
  /** Those of the messages that came over HTTP. */
  readonly polled: AgentMessage[] = [];
  /** What a renewed lease is good for. */
  leaseMs = 60_000;
  refuseUpgrade = 0;
  /** Answers as they are, whatever they are: the next asks get them. */
  readonly raw: unknown[] = [];
  /** Services of the workspace, as it tells them. */
  services: Extract<HubMessage, { type: "services" }>["services"] = [];
  /** What agents that know no key are shown. */
  approvalKey: string | null = null;
  /** Answers a `grant`; by default nothing is given. */
  grant: (ask: Of<"grant">) => HubMessage | Promise<HubMessage> = ({ id }) => ({
    type: "granted",
    id,
    secrets: {},
    receipt: null,
  });
  readonly #given = new Map<string, LeasedJob[]>();
  readonly #http: Server;
  readonly #sockets = new Set<WebSocket>();
  #session = 0;

  private constructor() {
    this.#http = createServer((request, response) => void this.#poll(request, response));
    const ws = new WebSocketServer({ noServer: true });
    this.#http.on("upgrade", (request, socket, head) => {
      if (this.refuseUpgrade > 0) {
        socket.end(`HTTP/1.1 ${this.refuseUpgrade} Refused\r\nconnection: close\r\n\r\n`);
        return;
      }
      ws.handleUpgrade(request, socket, head, (client) => this.#accept(client));
    });
  }

  static async start(): Promise<TestHub> {
    const hub = new TestHub();
    await new Promise<void>((go) => hub.#http.listen(0, "127.0.0.1", go));
    return hub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }
  get connected(): number {
    return this.#sockets.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((go) => this.#http.close(go));
  }

  /** Drops all connections. */
  disconnect(code?: number): void {
    for (const socket of this.#sockets) code ? socket.close(code) : socket.terminate();
  }

  give(...jobs: LeasedJob[]): void {
    this.queue.push(...jobs);
    this.push({ type: "nudge" });
  }
  cancel(job: string): void {
    this.push({ type: "cancel", jobs: [job] });
  }
  push(message: HubMessage): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify(message));
  }

  of<T extends AgentMessage["type"]>(type: T): Of<T>[] {
    return this.messages.filter((message): message is Of<T> => message.type === type);
  }
  reports(job: string): Of<"report">[] {
    return this.of("report").filter((message) => message.job === job);
  }
  /** The last report of a job, once it came. */
  async result(job: string, limitMs = 45_000): Promise<{ [step: string]: StepReport }> {
    const done = () => this.reports(job).find((report) => report.done);
    await until(done, `the result of ${job}`, limitMs);
    return Object.fromEntries(done()!.steps.map((step) => [step.step, step]));
  }
  /** The log of an attempt as a hub would store it: by offset, doubles dropped, gaps shown. */
  log(job: string, step: string): string {
    const parts: Buffer[] = [];
    let end = 0;
    const chunks = this.of("log").filter((chunk) => chunk.job === job && chunk.step === step);
    for (const chunk of chunks.sort((a, b) => a.start - b.start)) {
      const bytes = Buffer.from(chunk.text);
      if (chunk.start > end) parts.push(Buffer.from(`<gap ${chunk.start - end}>`));
      if (chunk.start + bytes.length <= end) continue;
      parts.push(bytes.subarray(Math.max(0, end - chunk.start)));
      end = chunk.start + bytes.length;
    }
    return Buffer.concat(parts).toString();
  }

  #accept(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => {});
    socket.on("message", async (data) => {
      const text = String(data);
      if (text === "ping") {
        if (!this.mute) socket.send("pong");
        return;
      }
      const message = agentMessageSchema.parse(JSON.parse(text));
      if (message.type === "ask" && this.raw.length > 0) {
        socket.send(JSON.stringify({ ...(this.raw.shift() as object), id: message.id }));
        return;
      }
      const answer = await this.#answer(message);
      if (!this.mute && !this.unanswered.has(message.type))
        socket.send(JSON.stringify(hubMessageSchema.parse(answer)));
    });
  }

  async #poll(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/api/approval-key") {
      response.writeHead(this.approvalKey ? 200 : 404, { "content-type": "application/json" });
      response.end(JSON.stringify({ key: this.approvalKey }));
      return;
    }
    let text = "";
    for await (const chunk of request) text += chunk;
    const { messages } = JSON.parse(text) as { messages: unknown[] };
    if (this.mute) return;
    this.polled.push(...(messages as AgentMessage[]));
    if (messages.length === 0) await new Promise((go) => setTimeout(go, 50));
    const answers = await Promise.all(
      messages.map((message) => this.#answer(agentMessageSchema.parse(message))),
    );
    if (messages.length === 0 && this.queue.length > 0) answers.push({ type: "nudge" });
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ messages: answers }));
  }

  #answer(message: AgentMessage): HubMessage | Promise<HubMessage> {
    this.messages.push(message);
    const { id } = message;
    switch (message.type) {
      case "hello":
        return { type: "welcome", id, agent_id: "agt_test", tenant: "ten_test", session: ++this.#session };
      case "ask":
        return { type: "leases", id, jobs: this.#lease(message) };
      case "renew": {
        const jobs = message.jobs.map(({ job }) => ({
          job,
          ok: !this.lost.has(job),
          cancel: this.cancelled.has(job),
          lease_ms: this.leaseMs,
        }));
        return { type: "renewed", id, jobs };
      }
      case "report":
        if (this.lost.has(message.job)) return { type: "lost", id, job: message.job };
        return { type: "ok", id, ...(message.ask ? { leases: this.#lease(message.ask) } : {}) };
      case "grant":
        return this.grant(message);
      case "log":
        if (this.logsDown) return { type: "error", id, code: "unavailable", message: "Send it again." };
        if (this.lost.has(message.job)) return { type: "lost", id, job: message.job };
        return { type: "ok", id };
      case "services": {
        const wanted = this.services.filter(({ name }) => message.names?.includes(name) ?? true);
        return { type: "services", id, services: wanted };
      }
      default:
        return { type: "ok", id };
    }
  }

  #lease({ request, free }: { request: string; free: number }): LeasedJob[] {
    const given = this.#given.get(request) ?? this.queue.splice(0, free);
    this.#given.set(request, given);
    return given;
  }
}
