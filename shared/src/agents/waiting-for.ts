/** Why a job lies in the queue although nothing holds it back: there is no agent that could take it. */
import { type Agent, matchingLabels } from "../db/agents.ts";
import type { Job } from "../engine/state.ts";
import { LIMITS } from "../limits.ts";

export interface WaitingFor {
  /** Ids of the steps that wait. */
  steps: string[];
  labels: string[];
  /** The one agent that is wanted, or null: any with the labels. */
  agent_id: string | null;
  since: number;
  message: string;
}

type Waiting = Pick<Job, "status" | "kind" | "steps" | "wantedAgentId" | "labels" | "createdAt">;
type Known = Pick<Agent, "id" | "name" | "labels" | "hello" | "status" | "lastSeenAt">;

/** May a job lie there because no agent can take it? Only then agents need to be read. */
export function mayWait(jobs: Waiting[]): boolean {
  return jobs.some(isQueued);
}

/** What waits for an agent that is not there. A job that only waits for its turn is not told. `agents` are those not revoked. */
export function waitingFor(jobs: Waiting[], agents: Known[], now: number): WaitingFor[] {
  return jobs.filter(isQueued).flatMap((job) => {
    const fits = agents.filter(
      (agent) =>
        (job.wantedAgentId === null || job.wantedAgentId === agent.id) &&
        job.labels.every((label) => matchingLabels(agent).includes(label)),
    );
    if (fits.some((agent) => isThere(agent, now))) return [];
    return [
      {
        steps: job.steps.map(({ step }) => step),
        labels: job.labels,
        agent_id: job.wantedAgentId,
        since: job.createdAt,
        message: why(job, fits, agents.length),
      },
    ];
  });
}

function why(job: Waiting, fits: Known[], known: number): string {
  const labels =
    job.labels.length === 1 ? `the label "${job.labels[0]}"` : `the labels ${job.labels.join(", ")}`;
  const goesOn = "It starts as soon as one connects; cancel the run to give up.";
  if (fits.length > 0) {
    const who = fits.slice(0, 3).map(({ name }) => name);
    const more = fits.length > who.length ? ` and ${fits.length - who.length} more` : "";
    const draining = fits.every(({ status }) => status === "draining");
    return `${draining ? "Stopping" : "Not connected"}: ${who.join(", ")}${more}, the only ${fits.length === 1 ? "agent" : "agents"} that can take it. ${goesOn}`;
  }
  if (job.wantedAgentId !== null)
    return job.labels.length > 0
      ? `The agent ${job.wantedAgentId} that was asked for does not have ${labels}. ${goesOn}`
      : `There is no agent ${job.wantedAgentId}. Cancel the run, and start it for another.`;
  if (job.labels.length > 0) return `No agent has ${labels}. ${goesOn}`;
  return `No agent ${known === 0 ? "is registered" : "is there"}: tw agent start runs one. ${goesOn}`;
}

function isQueued(job: Waiting): boolean {
  return job.kind === "agent" && job.status === "queued";
}
/** As it is shown elsewhere: one that is silent for long is not there, whatever its row says. */
function isThere(agent: Known, now: number): boolean {
  return (
    agent.status === "online" && agent.lastSeenAt !== null && now - agent.lastSeenAt <= LIMITS.agentSilentMs
  );
}
