/** What a step runs with, and what it is known by on this machine. */
import type { JobStep, LeasedJob } from "@tw/shared/contracts/agent-protocol";
import type { Config } from "./config.ts";
import type { Grants } from "./grants.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Journal } from "./journal.ts";
import type { PolicyGuard } from "./policy.ts";
import type { TellFound } from "./prepare-step.ts";
import type { ServicePorts } from "./services/ports.ts";

export interface StepPorts {
  config: Config;
  guard: PolicyGuard;
  journal: Journal;
  /** Is told which program runs, so that it can end it when this loop cannot. */
  heartbeat: Heartbeat;
  /** Hears what a step's look at its prerequisites found. */
  tellFound?: TellFound;
  /** Secrets and receipts of the workspace. */
  grants?: Grants;
  /** Looked at before what happened is believed: the lease may have ended while this process slept. */
  checkLeases(): void;
  /** The program still runs a moment after its start. */
  onLasting(): void;
  /** Where services are defined, and who hears how they are. */
  services: ServicePorts;
}

/** Files of this attempt in the state directory. */
export interface Scratch {
  mark: string;
  out: string;
}

/** What tells attempts apart on this machine: none is ever started twice. */
export function stepKey(job: LeasedJob, step: JobStep): string {
  return `${job.run} ${job.purpose} ${step.step} ${step.attempt}`;
}
