/** How the services reach a tenant's agent hub: its name and what may be called on it. The hub itself lives in services/api. */
import type { Look } from "./contracts/agent-protocol.ts";
import type { RunEvent } from "./engine/state.ts";

/** What the dispatcher tells the hub after a commit. Losing it is harmless: agents ask and watchers re-read by themselves. */
export interface CommittedNote {
  /** Were jobs queued that an agent could take? */
  nudge: boolean;
  /** Jobs whose cancel was asked for. */
  cancel: string[];
  /** Runs that moved: the seq of their newest event, whether they are over, and the events up to there when they are short. */
  runs: { id: string; seq: number; terminal: boolean; events?: RunEvent[] }[];
}

/** One line of a watch: a run moved, or a piece of log was stored. */
export type WatchPing =
  | { seq: number; terminal?: boolean; events?: RunEvent[] }
  | { log: { step: string; attempt: number; start: number; text: string } };

/** What an agent is asked to look at, and what it found. */
export interface ProbeAsk {
  agentId: string;
  /** Names this one answer. */
  probe: string;
  wants: { cwd: string; requirement: string }[];
  waitMs: number;
}

export interface AgentHubRpc {
  /** Asks the agent to look at prerequisites now. Null when it is not connected or does not answer in time. */
  probe(ask: ProbeAsk): Promise<Look[] | null>;
  committed(note: CommittedNote): Promise<void>;
  /** NDJSON of `WatchPing`. It may end or miss pings at any time; readers look at D1 again every few seconds. */
  watch(runId: string): Promise<ReadableStream<Uint8Array>>;
  /** Asks an agent to look at its facts again. Losing it is harmless. */
  askFacts(agentId: string): Promise<void>;
  /** Closes the agent's connections at once. Its token is refused already. */
  revoke(agentId: string): Promise<void>;
}

/** The one hub of a tenant's agents. A pool name follows the tenant, so that a large tenant can get several. */
export function hubName(tenantId: string): string {
  return `${tenantId}:main`;
}

/** A stub of the tenant's hub, typed by the interface and not by the class, which only services/api knows. */
export function hubOf(namespace: DurableObjectNamespace, tenantId: string): AgentHubRpc & Fetcher {
  return namespace.getByName(hubName(tenantId)) as unknown as AgentHubRpc & Fetcher;
}
