import type { HubMessage } from "@tw/shared/contracts/agent-protocol";

interface Box {
  nudge: boolean;
  cancel: Set<string>;
  /** Questions, as they came. */
  asked: Extract<HubMessage, { type: "probe" | "look" }>[];
  wake: (() => void) | null;
  seenAt: number;
}
/** A polling agent that was not heard of for this long is forgotten; it asks by itself when it comes back. */
const FORGET_MS = 120_000;

/** Pushes for agents that poll because sockets are blocked: kept in memory until fetched; losing one costs only time. */
export class PollBoxes {
  readonly #boxes = new Map<string, Box>();

  /** Agents that polled lately. */
  agents(): string[] {
    return [...this.#boxes.keys()];
  }

  /** What was pushed since the last call; waits up to `waitMs` for something when there is nothing. */
  async take(agentId: string, waitMs: number, now: number): Promise<HubMessage[]> {
    for (const [id, { seenAt }] of this.#boxes) if (now - seenAt > FORGET_MS) this.#boxes.delete(id);
    const box = this.#boxes.get(agentId) ?? {
      nudge: false,
      cancel: new Set(),
      asked: [],
      wake: null,
      seenAt: now,
    };
    this.#boxes.set(agentId, box);
    box.seenAt = now;
    if (waitMs > 0 && !box.nudge && box.cancel.size === 0 && box.asked.length === 0) {
      // A second request of the same agent takes the place of the one that waits.
      box.wake?.();
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        box.wake = resolve;
        timer = setTimeout(resolve, waitMs);
      });
      clearTimeout(timer);
    }
    const pushes: HubMessage[] = [];
    if (box.nudge) pushes.push({ type: "nudge" });
    if (box.cancel.size > 0) pushes.push({ type: "cancel", jobs: [...box.cancel] });
    pushes.push(...box.asked.splice(0));
    box.nudge = false;
    box.cancel.clear();
    return pushes;
  }

  push(agentId: string, message: Extract<HubMessage, { type: "nudge" | "cancel" | "probe" | "look" }>): void {
    const box = this.#boxes.get(agentId);
    if (!box) return;
    if (message.type === "nudge") box.nudge = true;
    else if (message.type === "cancel") for (const job of message.jobs) box.cancel.add(job);
    else box.asked.push(message);
    box.wake?.();
  }

  /** The agent has a socket now, or is revoked. */
  forget(agentId: string): void {
    this.#boxes.get(agentId)?.wake?.();
    this.#boxes.delete(agentId);
  }
}
