/** One way to reach the hub, a socket or polling, as the connection sees it. */
import type { AgentMessage, HubMessage } from "@tw/shared/contracts/agent-protocol";

export type Hello = Omit<Extract<AgentMessage, { type: "hello" }>, "id" | "type">;

export interface Link {
  send(message: AgentMessage): void;
  welcomed(session: number): void;
  close(): void;
}
/** Why a hub does not take the agent, of a status that ends it; null when it may be tried again. */
export function refusedFor(status: number): string | null {
  if (status === 403) return "the hub answered 403: it is not the token of an agent";
  return status === 401 ? "the hub answered 401" : null;
}

export interface LinkEvents {
  opened(): void;
  message(message: HubMessage): void;
  /** Ended, with a close code of the protocol or 1006 for anything that may be tried again. */
  closed(code: number, reason: string): void;
  /** The upgrade was refused by something between: sockets do not work here. */
  refused(): void;
}
