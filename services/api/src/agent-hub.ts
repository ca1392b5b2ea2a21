import { DurableObject } from "cloudflare:workers";
import { CHANNEL, CLOSE } from "@tw/shared/contracts/agent-codes";
import type { HubMessage, Look } from "@tw/shared/contracts/agent-protocol";
import { endSession, jobHolders, matchingLabels, readAgent } from "@tw/shared/db/agents";
import { Refusal } from "@tw/shared/errors";
import type { AgentHubRpc, CommittedNote, ProbeAsk } from "@tw/shared/hub";
import { LIMITS } from "@tw/shared/limits";
import * as z from "zod";
import { LogIntake } from "./agent-hub-logs.ts";
import { handleFrame, handleMessage, type Ports } from "./agent-hub-messages.ts";
import { PollBoxes } from "./agent-hub-polls.ts";
import type { Seat } from "./agent-hub-seat.ts";
import { Shares } from "./agent-hub-shares.ts";
import { Watchers } from "./agent-hub-watchers.ts";
import type { Env } from "./env.ts";
import { badShape, refusalResponse } from "./errors.ts";

/** Sockets of one agent that have not said hello yet; a broken agent must not pile them up. */
const SILENT_SOCKETS = 8;
const MESSAGES_PER_POLL = 64;
const pollSchema = z.strictObject({
  /** Of the newest `welcome`; null until there was one. */
  session: z.int().nullable(),
  messages: z.array(z.unknown()).max(MESSAGES_PER_POLL),
  wait_s: z.number().min(0).max(CHANNEL.pollWaitS).default(0),
});

/**
 * The meeting place of one tenant's agents and watchers. It keeps no facts: those are in D1, and everything in memory here
 * may vanish at any time. Its sockets hibernate, so that idle agents cost nothing.
 */
export class AgentHub extends DurableObject<Env> implements AgentHubRpc {
  protected readonly watchers = new Watchers();
  readonly #polls = new PollBoxes();
  readonly #ports: Ports;
  /** Those who wait for an agent's answer, by agent and probe. */
  readonly #probes = new Map<string, (looks: Look[]) => void>();
  #second = 0;
  #connects = 0;
  #turn = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    const logs = new LogIntake(env.DB, (pieces) => {
      for (const { runId, ...log } of pieces) this.watchers.ping(runId, { log });
    });
    const probed: Ports["probed"] = (agentId, probe, looks) =>
      this.#probes.get(`${agentId} ${probe}`)?.(looks);
    const shares = new Shares(env.DB, () => this.#seated().map(({ seat }) => seat));
    this.#ports = { db: env.DB, runs: env.RUNS, logs, probed, granting: env, checked: new Map(), shares };
  }

  /** `/connect` and `/poll`, only from this Worker's own routes: who it is in the URL comes from the token. */
  override async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const seat: Seat = {
      agentId: url.searchParams.get("agent") ?? "",
      tenantId: url.searchParams.get("tenant") ?? "",
      tokenId: url.searchParams.get("token") ?? "",
      session: 0,
      labels: [],
      capacity: 1,
      draining: false,
    };
    try {
      return url.pathname === "/poll" ? await this.#poll(request, seat) : this.#connect(seat);
    } catch (error) {
      if (error instanceof Refusal) return refusalResponse(error);
      throw error;
    }
  }

  #connect(seat: Seat): Response {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.#second) this.#connects = 0;
    this.#second = second;
    if (++this.#connects > LIMITS.hubConnectsPerS)
      throw new Refusal("unavailable", "Too many agents connect at once. Come back in a moment.", {
        retryAfterS: 1 + (this.#connects % 10),
      });
    const silent = this.#socketsOf(seat.agentId).filter((one) => one.seat.session === 0);
    if (silent.length >= SILENT_SOCKETS)
      throw new Refusal(
        "rate_limited",
        "This agent has open sockets that never said hello. Close them first.",
        {
          retryAfterS: 10,
        },
      );
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, [seat.agentId]);
    server.serializeAttachment(seat);
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const seat = socket.deserializeAttachment() as Seat;
    const text = typeof frame === "string" ? frame : "";
    const handled = await handleFrame(text, seat, this.#ports);
    if (handled.seat) {
      socket.serializeAttachment(handled.seat);
      if (handled.seat.session !== seat.session) {
        this.#polls.forget(seat.agentId);
        this.#supersede(handled.seat);
      }
    }
    for (const message of [handled.reply, ...(handled.push ?? [])]) send(socket, message);
    if (handled.close) close(socket, handled.close.code, handled.close.reason);
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    close(socket, code === 1005 || code === 1006 ? 1000 : code, "");
    await this.#ended(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.#ended(socket);
  }

  async #ended(socket: WebSocket): Promise<void> {
    const { tenantId, agentId, session } = socket.deserializeAttachment() as Seat;
    if (session === 0) return;
    this.#ports.checked.delete(`${agentId} ${session}`);
    await endSession(this.env.DB, { tenantId, agentId, session });
  }

  /** One request of an agent that cannot use sockets: its messages in, the answers and pushes out. */
  async #poll(request: Request, seat: Seat): Promise<Response> {
    const body = pollSchema.safeParse(await request.json().catch(() => null));
    if (!body.success) throw badShape("poll", body.error);
    const agent = await readAgent(this.env.DB, seat.tenantId, seat.agentId);
    if (!agent) throw new Refusal("unauthorized", "This agent is revoked.");
    let mine: Seat = {
      ...seat,
      session: body.data.session ?? 0,
      labels: matchingLabels(agent),
      capacity: agent.hello?.capacity ?? 1,
      draining: agent.status === "draining",
    };
    if (mine.session !== 0 && mine.session !== agent.session)
      throw new Refusal("conflict", "A newer session of this agent has begun; this one is replaced.");
    const messages: HubMessage[] = [];
    for (const raw of body.data.messages) {
      const handled = await handleMessage(raw, mine, this.#ports);
      messages.push(handled.reply, ...(handled.push ?? []));
      if (handled.close?.code === CLOSE.revoked) throw new Refusal("unauthorized", "This agent is revoked.");
      if (handled.close?.code === CLOSE.replaced)
        throw new Refusal("conflict", "A newer session of this agent has begun; this one is replaced.");
      if (handled.seat && handled.seat.session !== mine.session) this.#supersede(handled.seat);
      mine = handled.seat ?? mine;
    }
    const waitMs = body.data.messages.length === 0 ? body.data.wait_s * 1000 : 0;
    // A renewal beside a socket: pushes go through that.
    const beside = this.#socketsOf(seat.agentId).some((one) => one.seat.session === mine.session);
    if (mine.session !== 0 && !beside)
      messages.push(...(await this.#polls.take(seat.agentId, waitMs, Date.now())));
    return Response.json({ messages });
  }

  /** RPC of the dispatcher, after a commit. */
  async committed(note: CommittedNote): Promise<void> {
    for (const { id, ...ping } of note.runs) this.watchers.ping(id, ping);
    if (note.nudge) {
      const seated = this.#seated().filter(({ seat }) => !seat.draining);
      const polling = this.#polls.agents();
      const nudge: HubMessage =
        seated.length + polling.length > 1 ? { type: "nudge", rivals: true } : { type: "nudge" };
      // Not always the same one first: of several idle agents the first often gets it.
      const from = this.#turn++ % Math.max(1, seated.length);
      for (const { socket } of [...seated.slice(from), ...seated.slice(0, from)]) send(socket, nudge);
      for (const agentId of polling) this.#polls.push(agentId, nudge);
    }
    if (note.cancel.length > 0) await this.#cancel(note.cancel);
  }

  async #cancel(jobs: string[]): Promise<void> {
    const tenantId = hubTenant(this.ctx.id);
    const byAgent = Map.groupBy(await jobHolders(this.env.DB, tenantId, jobs), (holder) => holder.agentId);
    for (const [agentId, held] of byAgent) {
      const message = { type: "cancel" as const, jobs: held.map((holder) => holder.job) };
      for (const { socket, seat } of this.#socketsOf(agentId)) if (seat.session > 0) send(socket, message);
      this.#polls.push(agentId, message);
    }
  }

  /** RPC of this Worker: what the agent finds of these prerequisites now. */
  async probe({ agentId, probe, wants, waitMs }: ProbeAsk): Promise<Look[] | null> {
    const message = { type: "probe" as const, probe, wants };
    const seated = this.#socketsOf(agentId).filter(({ seat }) => seat.session > 0);
    if (seated.length === 0 && !this.#polls.agents().includes(agentId)) return null;
    const key = `${agentId} ${probe}`;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await new Promise<Look[] | null>((resolve) => {
        this.#probes.set(key, resolve);
        timer = setTimeout(() => resolve(null), waitMs);
        for (const { socket } of seated) send(socket, message);
        this.#polls.push(agentId, message);
      });
    } finally {
      clearTimeout(timer);
      this.#probes.delete(key);
    }
  }

  /** RPC of this Worker's live routes: a stream of pings about one run. */
  async watch(runId: string): Promise<ReadableStream<Uint8Array>> {
    return this.watchers.open(runId);
  }

  /** RPC of this Worker when somebody resolves words. */
  async askFacts(agentId: string): Promise<void> {
    for (const { socket, seat } of this.#socketsOf(agentId))
      if (seat.session > 0) send(socket, { type: "look" });
    this.#polls.push(agentId, { type: "look" });
  }

  /** RPC of this Worker when an agent is revoked. */
  async revoke(agentId: string): Promise<void> {
    for (const { socket } of this.#socketsOf(agentId)) close(socket, CLOSE.revoked, "revoked");
    this.#polls.forget(agentId);
  }

  /** Of one agent only the newest session stays connected (F51). */
  #supersede({ agentId, session }: Seat): void {
    const all = this.#socketsOf(agentId);
    const newest = Math.max(session, ...all.map((one) => one.seat.session));
    for (const { socket, seat } of all)
      if (seat.session > 0 && seat.session < newest) close(socket, CLOSE.replaced, "replaced");
  }

  #socketsOf(agentId: string): { socket: WebSocket; seat: Seat }[] {
    return this.ctx.getWebSockets(agentId).map(seated);
  }

  #seated(): { socket: WebSocket; seat: Seat }[] {
    return this.ctx
      .getWebSockets()
      .map(seated)
      .filter(({ seat }) => seat.session > 0);
  }
}

function seated(socket: WebSocket): { socket: WebSocket; seat: Seat } {
  return { socket, seat: socket.deserializeAttachment() as Seat };
}

/** The tenant is the first part of the hub's own name. */
function hubTenant(id: DurableObjectId): string {
  const [tenantId] = (id.name ?? "").split(":");
  if (!tenantId) throw new Error("A hub is reached by its name, see hubName().");
  return tenantId;
}

/** Sending to a socket that is just closing throws; the agent asks again when it is back. */
function send(socket: WebSocket, message: HubMessage): void {
  try {
    socket.send(JSON.stringify(message));
  } catch {
    // Nothing was promised: every message can be lost.
  }
}
function close(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // It is closed already.
  }
}
