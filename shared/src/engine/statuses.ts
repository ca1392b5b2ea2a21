/** Every status of the workspace, one array each; types and schemas are derived from them. */
export const RUN_STATUSES = [
  "queued",
  "running",
  "waiting",
  "rolling_back",
  "succeeded",
  "failed",
  "rejected",
  "cancelled",
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Terminal statuses absorb: nothing leaves them (I3). */
export const TERMINAL_RUN_STATUSES = [
  "succeeded",
  "failed",
  "rejected",
  "cancelled",
] as const satisfies RunStatus[];
export type TerminalRunStatus = (typeof TERMINAL_RUN_STATUSES)[number];

export const STEP_STATUSES = [
  "pending",
  "ready",
  "queued",
  "running",
  "waiting",
  "succeeded",
  "failed",
  "skipped",
  "cancelled",
  "unknown",
] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

/** A step in one of these never changes again, but for its rollback. */
export const SETTLED_STEP_STATUSES = [
  "succeeded",
  "failed",
  "skipped",
  "cancelled",
] as const satisfies StepStatus[];

export const ROLLBACK_STATUSES = ["none", "pending", "running", "succeeded", "failed"] as const;
export type RollbackStatus = (typeof ROLLBACK_STATUSES)[number];

export const JOB_STATUSES = ["queued", "leased", "done", "lost", "cancelled"] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export const CHECKPOINT_STATUSES = ["pending", "approved", "rejected", "expired", "withdrawn"] as const;
export type CheckpointStatus = (typeof CHECKPOINT_STATUSES)[number];

export const EFFECTS = ["read", "write", "destructive"] as const;
export type Effect = (typeof EFFECTS)[number];

export const COMMAND_TYPES = ["builtin", "api", "workflow", "external"] as const;
export type CommandType = (typeof COMMAND_TYPES)[number];

export const ROLES = ["owner", "operator", "approver", "viewer"] as const;
export type Role = (typeof ROLES)[number];

export const CHANNELS = ["api", "console", "link", "slack", "cli"] as const;
export type Channel = (typeof CHANNELS)[number];

/** Is this the status of a run that is over? */
export function isTerminal(status: RunStatus): status is TerminalRunStatus {
  return (TERMINAL_RUN_STATUSES as readonly RunStatus[]).includes(status);
}

/** Is this the status of a step that is over? */
export function isSettled(status: StepStatus): boolean {
  return (SETTLED_STEP_STATUSES as readonly StepStatus[]).includes(status);
}
