/** What the supervisor is told of a service, and what it says back. Both sides of its socket. */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceState } from "@tw/shared/contracts/agent-protocol";
import type { Health, ServiceDefinition } from "@tw/shared/contracts/service";

/** A program the agent's policy has allowed, ready to be started. */
export interface ServiceProgram {
  name: string;
  /** As its definition names it; what of the agent's environment it gets goes by this. */
  program: string;
  /** Absolute. */
  file: string;
  argv: string[];
  cwd: string;
  /** Only what its definition sets, and PATH. */
  env: Record<string, string>;
  restart: ServiceDefinition["restart"];
  health: Health | null;
}
export type Request =
  | { id: number; do: "start"; program: ServiceProgram }
  | { id: number; do: "stop" | "forget"; name: string }
  | { id: number; do: "list" };
export type Answer =
  | { id: number; states: ServiceState[]; programs: ServiceProgram[]; changed: boolean }
  | { id: number; error: string };
/** Unasked, whenever something changes. */
export type Told = { state: ServiceState };

export function servicesFolder(stateDir: string): string {
  return join(stateDir, "services");
}

/** A socket's path may have about 100 bytes; a deep state directory gets one elsewhere, in a folder nobody else may enter. */
export function socketPath(stateDir: string): string {
  const path = join(servicesFolder(stateDir), "socket");
  if (Buffer.byteLength(path) < 100) return path;
  const name = createHash("sha256").update(stateDir).digest("hex").slice(0, 16);
  const folder = join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), `tw-services-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, name);
}

export function logPath(stateDir: string, name: string): string {
  return join(servicesFolder(stateDir), `${name}.log`);
}
