/** What both ends of the agent channel must agree on, apart from the schemas: the agent loads this without zod. */
export const PROTOCOL_VERSION = 1;

/** Close codes of the socket. */
export const CLOSE = { replaced: 4001, revoked: 4003, protocol: 4008 } as const;

/** Timings of the channel; `agent-protocol.md` says what each is for. Lease times are in limits.ts. */
export const CHANNEL = {
  /** The agent sends the text "ping" and expects the text "pong"; two unanswered in a row mean a dead socket. */
  pingEveryMs: 20_000,
  requestTimeoutMs: 10_000,
  reconnectMinMs: 200,
  reconnectMaxMs: 15_000,
  /** An idle agent asks without having been nudged. */
  idleAskMs: 2_000,
  /** Longest wait of `POST /api/agents/poll`. */
  pollWaitS: 25,
} as const;
