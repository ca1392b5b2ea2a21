/** The workspace as services need it: definitions from it, states to it. */
import type { HubMessage, ServiceState } from "@tw/shared/contracts/agent-protocol";
import { LIMITS } from "@tw/shared/limits";
import type { Connection } from "../connection.ts";

export type ToldService = Extract<HubMessage, { type: "services" }>["services"][number];
export interface ServicePorts {
  /** Those named, or with null all that this agent keeps. Throws NoAnswer. */
  definitions(names: string[] | null): Promise<ToldService[]>;
  /** Tells how they are; what cannot be told now is told after the next connect. */
  tell(states: ServiceState[]): void;
}

const TOLD_AGAIN_MS = 2_000;

/** Through the hub. States not yet taken are kept, the newest of each. */
export function hubServices(connection: Connection): ServicePorts {
  const untold = new Map<string, ServiceState>();
  let telling = false;
  const tell = async () => {
    if (telling || untold.size === 0 || !connection.isOpen) return;
    telling = true;
    const states = [...untold.values()].slice(0, LIMITS.servicesTold);
    try {
      await connection.request({ type: "service_states", states });
      for (const state of states) if (untold.get(state.name) === state) untold.delete(state.name);
    } catch {
      // Told again below, or when the connection is back.
      await new Promise((go) => setTimeout(go, TOLD_AGAIN_MS).unref());
    }
    telling = false;
    if (untold.size > 0) void tell();
  };
  connection.on("open", () => void tell());
  return {
    async definitions(names) {
      const answer = await connection.request({ type: "services", names });
      if (answer.type !== "services")
        throw new Error(answer.type === "error" ? answer.message : "The workspace answered something else.");
      return answer.services;
    },
    tell(states) {
      for (const state of states) untold.set(state.name, state);
      void tell();
    },
  };
}
