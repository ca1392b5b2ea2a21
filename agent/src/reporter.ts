/** Tells the hub how the steps of one job went: cumulative, at most one report in flight, quick steps joined in one. */
import type { HubMessage, LeasedJob, StepReport } from "@tw/shared/contracts/agent-protocol";
import { leaseClock } from "./clock.ts";
import type { Connection } from "./connection.ts";

const JOIN_MS = 50;
type Ask = { request: string; free: number };
export type Delivered = {
  outcome: "ok" | "lost" | "refused";
  leases: LeasedJob[] | undefined;
  askedAt: number;
};

export class Reporter {
  readonly #job: LeasedJob;
  readonly #connection: Connection;
  readonly #lease: { lost(): void; isLost(): boolean };
  readonly #steps = new Map<string, StepReport>();
  #seq: number;
  #timer: NodeJS.Timeout | undefined;
  #flight: Promise<HubMessage | null> | null = null;
  #dirty = false;

  /** `seqBase` is higher with each start of the agent, so that a report after a crash is newer than any before it. */
  constructor(
    job: LeasedJob,
    connection: Connection,
    seqBase: number,
    lease: { lost(): void; isLost(): boolean },
  ) {
    this.#job = job;
    this.#connection = connection;
    this.#seq = seqBase;
    this.#lease = lease;
  }

  /** Notes a step's state; it is sent within 50 ms, together with what else happens until then. */
  update(report: StepReport): void {
    this.#steps.set(report.step, report);
    this.#dirty = true;
    this.#timer ??= setTimeout(() => this.#send(), report.state === "running" ? 0 : JOIN_MS);
  }

  #send(): void {
    this.#timer = undefined;
    if (!this.#dirty || this.#flight || !this.#connection.isOpen || this.#lease.isLost()) return;
    this.#dirty = false;
    void this.#deliver(false).then((answer) => {
      if (answer?.type === "lost") this.#lease.lost();
      else if (answer === null) this.#dirty = true;
      if (this.#dirty) this.#timer ??= setTimeout(() => this.#send(), JOIN_MS);
    });
  }

  /** Sends the last report until the hub has answered it, however long that takes. Resolves with what it said. */
  async finish(ask: () => Ask | undefined): Promise<Delivered> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dirty = false;
    while (this.#flight) await this.#flight;
    clearTimeout(this.#timer);
    const rider = ask();
    for (let tries = 0; ; tries++) {
      const askedAt = leaseClock();
      const answer = await this.#deliver(true, rider);
      if (answer?.type === "ok") return { outcome: "ok", leases: answer.leases, askedAt };
      if (answer?.type === "lost") return { outcome: "lost", leases: undefined, askedAt };
      if (answer?.type === "error" && ["bad_request", "too_large"].includes(answer.code)) {
        if (!this.#strip(answer.message)) return { outcome: "refused", leases: undefined, askedAt };
      } else await this.#pause(Math.min(5_000, 200 * 2 ** tries));
    }
  }

  /** The hub cannot take this report. Without outputs it can; a step that owes them has then failed. */
  #strip(why: string): boolean {
    let stripped = false;
    for (const [step, report] of this.#steps) {
      if (report.outputs === null) continue;
      stripped = true;
      const error = { code: "outputs_invalid", message: `The hub refused the outputs: ${why}` };
      const lost = report.state === "succeeded" ? { state: "failed" as const, error } : {};
      this.#steps.set(step, { ...report, ...lost, outputs: null });
    }
    return stripped;
  }

  /** Until the connection is there again, or a while when it is there and the hub was busy. */
  async #pause(ms: number): Promise<void> {
    await new Promise<void>((go) => {
      const onOpen = () => done();
      const timer = setTimeout(() => done(), this.#connection.isOpen ? ms : 2 ** 30);
      const done = () => {
        clearTimeout(timer);
        this.#connection.off("open", onOpen);
        go();
      };
      this.#connection.once("open", onOpen);
    });
  }

  async #deliver(done: boolean, ask?: Ask): Promise<HubMessage | null> {
    const steps = this.#job.steps.flatMap(({ step }) => this.#steps.get(step) ?? []);
    const flight = this.#connection
      .request({
        type: "report",
        job: this.#job.job,
        fence: this.#job.fence,
        seq: ++this.#seq,
        steps,
        done,
        ...(ask && ask.free > 0 ? { ask } : {}),
      })
      .catch(() => null);
    this.#flight = flight;
    const answer = await flight;
    this.#flight = null;
    return answer;
  }
}
