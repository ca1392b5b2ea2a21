/** The services of this agent while it lives: its line to the supervisor, and what it does with it at its start. */
import { basename } from "node:path";
import type { ServiceState } from "@tw/shared/contracts/agent-protocol";
import type { Config } from "../config.ts";
import { ownEnv } from "../env.ts";
import { findProgram } from "../find-program.ts";
import { PolicyDenied, type PolicyGuard } from "../policy.ts";
import type { ServicePorts } from "./ports.ts";
import { SupervisorClient } from "./supervisor-client.ts";

let client: SupervisorClient | undefined;
const hearers = new Set<(state: ServiceState) => void>();

/** The line to this machine's supervisor; every change it tells of goes on to the workspace. */
export function supervisorOf(
  config: Pick<Config, "stateDir" | "root">,
  ports: ServicePorts,
): SupervisorClient {
  client ??= new SupervisorClient(config, (state) => {
    ports.tell([state]);
    for (const hear of hearers) hear(state);
  });
  return client;
}

/** Hears every change until disposed. */
export function onState(hear: (state: ServiceState) => void): { dispose(): void } {
  hearers.add(hear);
  return { dispose: () => void hearers.delete(hear) };
}

/** At the agent's start: what was kept before is kept on, tells the workspace how it is, and stops what the policy no longer allows. */
export async function keepServices(
  config: Pick<Config, "stateDir" | "root">,
  guard: PolicyGuard,
  ports: ServicePorts,
  say: (line: string) => void,
): Promise<void> {
  const supervisor = supervisorOf(config, ports);
  if (!supervisor.needed) return;
  const { states, programs } = await supervisor.ask({ do: "list" });
  for (const { name, program, cwd, env } of programs) {
    if (states.find((state) => state.name === name)?.status === "stopped") continue;
    try {
      const { PATH = "" } = ownEnv(basename(program), config.root, process.env);
      guard.program(program, findProgram(program, cwd, config.root, PATH), PATH);
      guard.env(Object.keys(env).filter((key) => key !== "PATH"));
    } catch (error) {
      if (!(error instanceof PolicyDenied)) throw error;
      say(`the service ${name} is stopped: ${error.message}`);
      await supervisor.ask({ do: "stop", name });
    }
  }
  ports.tell((await supervisor.ask({ do: "list" })).states);
}

/** The agent ends; the supervisor and its services go on. */
export function letServicesBe(): void {
  client?.close();
}
