/** Asks the workspace for what a step needs besides its job: secrets this machine does not have, and a receipt. */
import { setTimeout as delay } from "node:timers/promises";
import type { HubMessage, JobStep, LeasedJob } from "@tw/shared/contracts/agent-protocol";
import { LIMITS } from "@tw/shared/limits";
import type { ApprovalKey } from "./approval-key.ts";
import { leaseClock } from "./clock.ts";
import { type Connection, NoAnswer } from "./connection.ts";
import { NotStarted } from "./not-started.ts";
import { PolicyDenied } from "./policy.ts";
import type { Asking } from "./prepare-step.ts";
import { checkReceipt } from "./receipts.ts";

type Granted = Extract<HubMessage, { type: "granted" }>;
interface GrantAsk {
  secrets: string[];
  receipt: boolean;
}
const AGAIN_MS = 500;

/** Values of one name that are remembered, so that what an earlier attempt was given is masked after a change too. */
const REMEMBERED = 5;

export class Grants {
  readonly #connection: Connection;
  readonly #key: ApprovalKey;
  readonly #seen = new Map<string, string[]>();

  constructor(connection: Connection, key: ApprovalKey) {
    this.#connection = connection;
    this.#key = key;
  }

  /** How one step asks. Waits until it is known whether the workspace has a key. */
  async of(job: LeasedJob, step: JobStep, stop: AbortSignal): Promise<Asking> {
    await this.#key.ready();
    return {
      pinned: this.#key.keys.length > 0,
      earlier: (name, value) => this.#remember(name, value),
      grant: async ({ secrets, demand }) => {
        const wants = demand !== "allow";
        if (wants && this.#key.keys.length === 0)
          throw new PolicyDenied(
            "This machine's policy asks for a receipt of the approvals service, and no key to check one with is known here: the workspace has none, or start the agent with --approval-key.",
          );
        const granted = await askGrant(
          this.#connection,
          job,
          step,
          { secrets, receipt: wants },
          () => stop.aborted,
        );
        if (wants) {
          if (!granted.receipt) throw new PolicyDenied("The workspace gave no receipt for this step.");
          const expected = { job, step, keys: this.#key.keys, votes: demand === "votes", now: Date.now() };
          await checkReceipt(granted.receipt, { ...expected, tenant: this.#key.tenant ?? "" });
        }
        return granted.secrets;
      },
    };
  }

  /** @returns the values this name had before */
  #remember(name: string, value: string): string[] {
    const before = (this.#seen.get(name) ?? []).filter((one) => one !== value);
    this.#seen.set(name, [value, ...before].slice(0, REMEMBERED));
    return before;
  }
}

/** Asks until it is answered or time is up. Throws NotStarted with the workspace's reason. */
async function askGrant(
  connection: Connection,
  job: LeasedJob,
  step: JobStep,
  ask: GrantAsk,
  stopped: () => boolean,
): Promise<Granted> {
  const end = leaseClock() + LIMITS.grantForMs;
  const { job: id, fence } = job;
  const message = { type: "grant" as const, job: id, fence, step: step.step, attempt: step.attempt, ...ask };
  for (;;) {
    let why: string;
    try {
      const answer = await connection.request(message);
      if (answer.type === "granted") return answer;
      if (answer.type === "lost") throw new NotStarted("cancelled", "The lease of this job is over.");
      if (answer.type !== "error") throw new NotStarted("internal", "The workspace answered something else.");
      why = answer.message;
      if (answer.code !== "unavailable") throw new NotStarted(reasonOf(answer.code, ask), why);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      why = "The workspace did not answer.";
    }
    if (stopped() || leaseClock() > end)
      throw new NotStarted(
        reasonOf("unavailable", ask),
        `What this step needs could not be had from the workspace: ${why}`,
      );
    await delay(AGAIN_MS);
  }
}

function reasonOf(code: string, ask: GrantAsk): string {
  if (code === "policy_denied" || ask.receipt) return "policy_denied";
  return "secret_missing";
}
