/** What the hub does with each message of an agent. The same for sockets and for polling; the transport is elsewhere. */
import {
  type AgentMessage,
  agentMessageSchema,
  CLOSE,
  type HubMessage,
  type LeasedJob,
  type Look,
  PROTOCOL_VERSION,
} from "@tw/shared/contracts/agent-protocol";
import { type AgentHello, beginSession, heldInVain, readAgent, touchAgent } from "@tw/shared/db/agents";
import { leaseJobs, renewJobs, reportJob } from "@tw/shared/db/jobs";
import { writeProbes } from "@tw/shared/db/probes";
import { Refusal } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";
import { type HintQueue, sendHint } from "@tw/shared/queues/send";
import { type Granting, grant } from "./agent-hub-grants.ts";
import type { LogIntake } from "./agent-hub-logs.ts";
import type { Seat } from "./agent-hub-seat.ts";
import { noteServiceStates, toldServices } from "./agent-hub-services.ts";
import type { Shares } from "./agent-hub-shares.ts";

interface Closing {
  code: number;
  reason: string;
}
export interface Handled {
  reply: HubMessage;
  /** Pushes that follow the reply. */
  push?: HubMessage[];
  seat?: Seat;
  /** The connection is to be closed with this, after the reply. */
  close?: Closing;
}
export interface Ports {
  db: D1Database;
  runs: HintQueue;
  logs: LogIntake;
  /** An agent's answer to a `probe`. */
  probed(agentId: string, probe: string, looks: Look[]): void;
  /** Where receipts come from, and what opens the workspace's secrets. */
  granting: Granting;
  /** How many jobs who asks may have. */
  shares: Shares;
  /** When each session was last found to be the newest one in D1. */
  checked: Map<string, number>;
}

const MESSAGE_BYTES = 1_048_576;
/** Labels travel in the socket's attachment, which holds 16 KB. */
const LABELS_BYTES = 8_000;
const CHECKED_MAX = 10_000;
/** A log piece may be a little larger than a chunk: masking can lengthen it. */
const LOG_TEXT = 4 * LIMITS.logChunkBytes;

/** Handle one frame, whatever is in it. Never throws. */
export async function handleFrame(frame: string, seat: Seat, ports: Ports): Promise<Handled> {
  if (frame.length > MESSAGE_BYTES)
    return { reply: refuse("", "too_large", `A message may have ${MESSAGE_BYTES} characters at most.`) };
  let raw: unknown;
  try {
    raw = JSON.parse(frame);
  } catch {
    return { reply: refuse("", "bad_request", "The message is not JSON.") };
  }
  return handleMessage(raw, seat, ports);
}

/** Handle one message, whatever is in it. Never throws. */
export async function handleMessage(raw: unknown, seat: Seat, ports: Ports): Promise<Handled> {
  const { id, type, protocol } = (typeof raw === "object" && raw !== null ? raw : {}) as {
    [field: string]: unknown;
  };
  const answerTo = typeof id === "string" ? id : "";
  if (type === "hello" && protocol !== PROTOCOL_VERSION) {
    const reason = `This hub speaks protocol ${PROTOCOL_VERSION}.`;
    return { reply: refuse(answerTo, "protocol", reason), close: { code: CLOSE.protocol, reason } };
  }
  const parsed = agentMessageSchema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.length ? `"${issue.path.join(".")}": ` : "";
    return {
      reply: refuse(answerTo, "bad_request", `The message is not right: ${where}${issue?.message ?? ""}`),
    };
  }
  try {
    return await answer(parsed.data, seat, ports);
  } catch (error) {
    if (error instanceof Refusal) return { reply: refuse(answerTo, error.code, error.message) };
    console.error(`hub: ${parsed.data.type} of ${seat.agentId} failed: ${String(error)}`);
    return { reply: refuse(answerTo, "unavailable", "The database did not answer. Send it again.") };
  }
}

async function answer(message: AgentMessage, seat: Seat, ports: Ports): Promise<Handled> {
  if (message.type === "hello") return hello(message, seat, ports);
  if (seat.session === 0)
    return { reply: refuse(message.id, "hello_first", "Say hello before anything else.") };
  const gone = await outdated(seat, ports);
  if (gone) return ended(message.id, gone);
  switch (message.type) {
    case "ask": {
      const { jobs, more } = await lease(message, seat, ports);
      return { reply: { type: "leases", id: message.id, jobs }, ...again(more) };
    }
    case "renew": {
      const { tenantId, agentId } = seat;
      const jobs = await renewJobs(
        ports.db,
        { tenantId, agentId, jobs: message.jobs, leaseMs: LIMITS.leaseMs },
        Date.now(),
      );
      const renewed = jobs.map((job) => ({ ...job, lease_ms: LIMITS.leaseMs }));
      return { reply: { type: "renewed", id: message.id, jobs: renewed } };
    }
    case "report":
      return report(message, seat, ports);
    case "log": {
      if (message.text.length > LOG_TEXT)
        throw new Refusal("too_large", `A log piece may have ${LOG_TEXT} characters at most.`);
      const outcome = await ports.logs.add(seat.tenantId, { ...message, agentId: seat.agentId });
      if (outcome === "lost") return { reply: { type: "lost", id: message.id, job: message.job } };
      if (outcome === "not_in_job")
        throw new Refusal(
          "bad_request",
          `Job ${message.job} has no step "${message.step}" with this attempt.`,
        );
      return { reply: { type: "ok", id: message.id } };
    }
    case "facts":
      limitSize("facts", message.facts, LIMITS.outputBytes);
      if (!(await touchAgent(ports.db, { ...who(seat), facts: message.facts }, Date.now())))
        return ended(message.id, await whyGone(seat, ports));
      return { reply: { type: "ok", id: message.id } };
    case "probed": {
      const { tenantId, agentId } = seat;
      await writeProbes(ports.db, { tenantId, agentId, looks: message.looks }, Date.now());
      // Stored first: who waits for it may read it.
      if (message.probe !== null) ports.probed(agentId, message.probe, message.looks);
      return { reply: { type: "ok", id: message.id } };
    }
    case "services": {
      const services = await toldServices(ports.db, seat, message.names);
      return { reply: { type: "services", id: message.id, services } };
    }
    case "service_states":
      await noteServiceStates(ports.db, seat, message.states, Date.now());
      return { reply: { type: "ok", id: message.id } };
    case "policy":
      if (!(await touchAgent(ports.db, { ...who(seat), policyHash: message.hash }, Date.now())))
        return ended(message.id, await whyGone(seat, ports));
      return { reply: { type: "ok", id: message.id } };
    case "grant":
      return { reply: await grant(message, seat, ports.granting, Date.now()) };
    case "draining":
      if (!(await touchAgent(ports.db, { ...who(seat), status: "draining" }, Date.now())))
        return ended(message.id, await whyGone(seat, ports));
      return { reply: { type: "ok", id: message.id }, seat: { ...seat, draining: true } };
  }
}

async function hello(
  message: Extract<AgentMessage, { type: "hello" }>,
  seat: Seat,
  ports: Ports,
): Promise<Handled> {
  const { version, platform, root, policy_hash, tools, journal } = message;
  const capacity = Math.min(message.capacity, 64);
  const said: AgentHello = {
    version,
    platform,
    labels: message.labels,
    root,
    capacity,
    policy_hash,
    tools,
    journal,
  };
  limitSize("labels", message.labels, LABELS_BYTES);
  limitSize("hello", said, LIMITS.outputBytes);
  limitSize("facts", message.facts, LIMITS.outputBytes);
  const { tenantId, agentId } = seat;
  const begun = await beginSession(
    ports.db,
    {
      tenantId,
      agentId,
      hello: said,
      facts: message.facts,
      holding: message.holding.map((held) => held.job),
    },
    Date.now(),
  );
  if (!begun) {
    const close = { code: CLOSE.revoked, reason: "revoked" };
    return { reply: refuse(message.id, "revoked", "This agent is revoked."), close };
  }
  if (begun.released.length > 0) await sendHint(ports.runs, begun.released);
  const now: Seat = { ...seat, session: begun.session, labels: begun.labels, capacity, draining: false };
  ports.checked.set(checkKey(now), Date.now());
  const handled: Handled = {
    reply: { type: "welcome", id: message.id, agent_id: agentId, tenant: tenantId, session: begun.session },
    seat: now,
  };
  // A cancel may have been pushed while nobody listened, or the lease may be gone: say so before the next renew does.
  if (message.holding.length > 0) {
    const jobs = await heldInVain(ports.db, { tenantId, agentId, jobs: message.holding }, Date.now());
    if (jobs.length > 0) handled.push = [{ type: "cancel", jobs }];
  }
  return handled;
}

async function report(
  message: Extract<AgentMessage, { type: "report" }>,
  seat: Seat,
  ports: Ports,
): Promise<Handled> {
  const { job, fence, seq, steps, done } = message;
  const { tenantId, agentId } = seat;
  const { outcome, runId } = await reportJob(
    ports.db,
    { tenantId, agentId, job, fence, seq, steps, done },
    Date.now(),
  );
  if (outcome === "lost") return { reply: { type: "lost", id: message.id, job } };
  // A repeated report is hinted again: perhaps the first one's hint was what got lost.
  const [, granted] = await Promise.all([
    runId ? sendHint(ports.runs, [runId]) : null,
    message.ask && done ? lease(message.ask, seat, ports).catch(() => NOTHING) : undefined,
  ]);
  const reply: HubMessage = { type: "ok", id: message.id, ...(granted ? { leases: granted.jobs } : {}) };
  return { reply, ...again(granted?.more === true) };
}

interface Granted {
  jobs: LeasedJob[];
  /** It got its share of what others may take too, and something is left. */
  more: boolean;
}
const NOTHING: Granted = { jobs: [], more: false };

async function lease(ask: { request: string; free: number }, seat: Seat, ports: Ports): Promise<Granted> {
  if (seat.draining) return NOTHING;
  const { max, more } = await ports.shares.of(seat, ask.free, Date.now());
  const { tenantId, agentId, labels } = seat;
  const jobs = await leaseJobs(
    ports.db,
    { tenantId, kind: "agent", agentId, labels, requestId: ask.request, max, leaseMs: LIMITS.leaseMs },
    Date.now(),
  );
  return { jobs, more };
}

/** Whoever left something for others hears that it may ask again, behind those who hold less. */
function again(more: boolean): Pick<Handled, "push"> {
  return more ? { push: [{ type: "nudge", rivals: true }] } : {};
}

/** Has a newer session begun, or was the agent or its token revoked, without this hub noticing? Looked up now and then, not on each message. */
async function outdated(seat: Seat, ports: Ports): Promise<Closing | null> {
  const key = checkKey(seat);
  const now = Date.now();
  if (now - (ports.checked.get(key) ?? 0) < LIMITS.agentCheckMs) return null;
  if (await touchAgent(ports.db, who(seat), now)) {
    // Polling agents leave no sign when they go; what is forgotten is only looked up again.
    if (ports.checked.size > CHECKED_MAX) ports.checked.clear();
    ports.checked.set(key, now);
    return null;
  }
  return whyGone(seat, ports);
}

async function whyGone(seat: Seat, ports: Ports): Promise<Closing> {
  const agent = await readAgent(ports.db, seat.tenantId, seat.agentId);
  return agent && agent.session !== seat.session
    ? { code: CLOSE.replaced, reason: "replaced" }
    : { code: CLOSE.revoked, reason: "revoked" };
}

function ended(id: string, why: Closing): Handled {
  return { reply: refuse(id, why.reason, `This session is ${why.reason}.`), close: why };
}

function checkKey(seat: Seat): string {
  return `${seat.agentId} ${seat.session}`;
}
function who({ tenantId, agentId, tokenId, session }: Seat) {
  return { tenantId, agentId, tokenId, session };
}
function limitSize(what: string, value: unknown, max: number): void {
  if (JSON.stringify(value).length > max)
    throw new Refusal("too_large", `"${what}" is larger than the ${max} bytes that are kept.`);
}
/** An error answer. */
export function refuse(id: string, code: string, message: string): HubMessage {
  return { type: "error", id, code, message };
}
