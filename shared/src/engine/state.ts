/** What the engine reads and writes: the rows of one run, as objects. `db/rows.ts` is the only place that knows their columns. */

import type { JobStep, StepReport } from "../contracts/agent-protocol.ts";
import type { CheckpointPolicy, FormField } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { Plan } from "../contracts/plan.ts";
import type {
  CheckpointStatus,
  JobStatus,
  RollbackStatus,
  RunStatus,
  StepStatus,
  TerminalRunStatus,
} from "./statuses.ts";

export interface StepError {
  code: string;
  message: string;
}
export interface Actor {
  id: string;
  name: string;
  type: "person" | "service" | "agent" | "system";
}

export interface Run {
  id: string;
  tenantId: string;
  command: string;
  commandVersion: number;
  status: RunStatus;
  rollbackStatus: RollbackStatus;
  /** Every transition is a compare-and-swap on it. */
  version: number;
  txn: string;
  eventSeq: number;
  fence: number;
  nextCheckAt: number | null;
  throws: number;
  plan: Plan;
  planDigest: string;
  args: { [name: string]: Json };
  context: { [name: string]: Json };
  note: string | null;
  requestedBy: Actor;
  parentRunId: string | null;
  rerunOf: string | null;
  concurrencyGroup: string | null;
  outcome: TerminalRunStatus | null;
  cancelRequestedAt: number | null;
  cancel: { by: Actor; reason: string | null } | null;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  deadlineAt: number | null;
  error: (StepError & { step: string | null }) | null;
}

/** A step that was never touched has no row: it is `pending` with attempt 0. */
export interface Step {
  id: string;
  status: StepStatus;
  attempt: number;
  maxAttempts: number;
  position: number;
  jobId: string | null;
  agentId: string | null;
  exitCode: number | null;
  outputs: { [name: string]: Json } | null;
  error: StepError | null;
  wakeAt: number | null;
  item: Json | undefined;
  children: number | null;
  startedAt: number | null;
  startedSeq: number | null;
  finishedAt: number | null;
  rollbackStatus: RollbackStatus;
  rollbackAttempt: number;
  rollback: {
    command: string;
    jobId: string | null;
    exitCode: number | null;
    error: StepError | null;
    wakeAt: number | null;
  } | null;
}

export interface Job {
  id: string;
  tenantId: string;
  runId: string;
  kind: "agent" | "call";
  purpose: "forward" | "rollback";
  status: JobStatus;
  steps: JobStep[];
  wantedAgentId: string | null;
  labels: string[];
  headroom: number;
  fence: number;
  agentId: string | null;
  requestId: string | null;
  leaseExpiresAt: number | null;
  leasedAt: number | null;
  cancelRequestedAt: number | null;
  reportSeq: number;
  reports: StepReport[];
  createdAt: number;
  finishedAt: number | null;
}

/** One thing that is not what it was when people were asked. */
export interface Difference {
  what: string;
  before: string;
  after: string;
}
/** An owner went past a gate. It stays listed until somebody has reviewed it. */
export interface BreakGlass {
  by: Actor;
  reason: string;
  at: number;
  review: { by: Actor; comment: string | null; at: number } | null;
}

export interface Checkpoint {
  id: string;
  tenantId: string;
  runId: string;
  stepId: string;
  name: string;
  prompt: string;
  reason: "gate" | "unknown";
  status: CheckpointStatus;
  policy: CheckpointPolicy & { requester_may_vote: boolean };
  form: FormField[];
  inputs: { [name: string]: Json } | null;
  planDigest: string;
  /** What the approver is shown: resolved argv lines, results so far, the rollback plan. */
  context: { [name: string]: Json };
  announcedAt: number | null;
  /** When people are to be reminded, or another group is to be asked. */
  nextTellAt: number | null;
  escalatedAt: number | null;
  /** Withdrawn because of this: the question is asked again, with the difference. */
  changed: Difference[] | null;
  breakGlass: BreakGlass | null;
  createdAt: number;
  expiresAt: number | null;
  decidedAt: number | null;
  decidedBy: Actor | null;
}

/** One thing that happened to a run. `seq` counts up from 1 without gaps; it is the id of the server-sent event. */
export interface RunEvent {
  seq: number;
  type: string;
  at: number;
  step?: string;
  data: { [name: string]: Json };
}

/** All committed rows of one run, read in one go. */
export interface Snapshot {
  run: Run;
  steps: Map<string, Step>;
  jobs: Job[];
  checkpoints: Checkpoint[];
  /** Oldest other live run of the same concurrency group that is ahead of this one. */
  blockedBy: string | null;
}
