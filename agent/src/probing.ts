/** Answers the hub's questions about prerequisites, and tells what jobs find otherwise than told last. */
import { basename } from "node:path";
import type { HubMessage, Look } from "@tw/shared/contracts/agent-protocol";
import type { Requirement } from "@tw/shared/contracts/definition";
import { canonicalJson } from "@tw/shared/library/canonical";
import type { Config } from "./config.ts";
import type { Connection } from "./connection.ts";
import { ownEnv } from "./env.ts";
import { PolicyDenied, type PolicyGuard } from "./policy.ts";
import { type Found, look, type Place } from "./requires.ts";

const REMEMBERED = 2_000;

export class Probing {
  readonly #config: Config;
  readonly #guard: PolicyGuard;
  readonly #connection: Connection;
  /** What was told last, by directory and requirement. */
  readonly #told = new Map<string, string>();

  constructor(config: Config, guard: PolicyGuard, connection: Connection) {
    this.#config = config;
    this.#guard = guard;
    this.#connection = connection;
  }

  /** Looks at everything asked for and answers. A question that cannot be answered is `unknown`, never an error. */
  async answer({ probe, wants }: Extract<HubMessage, { type: "probe" }>): Promise<void> {
    const looks: Look[] = [];
    for (const want of wants) looks.push({ ...want, ...(await this.#lookAt(want)) });
    for (const one of looks) this.#remember(one);
    await this.#connection.request({ type: "probed", probe, looks }).catch(() => {});
  }

  /** What a job's own look found. Told when it is news; the workspace loses nothing when it gets lost. */
  found(cwd: string | null, requirement: Requirement, found: Found): void {
    const one = { cwd: cwd === "." ? "" : (cwd ?? ""), requirement: keyOf(requirement), ...found };
    if (!this.#remember(one)) return;
    void this.#connection.request({ type: "probed", probe: null, looks: [one] }).catch(() => {});
  }

  async #lookAt({ cwd, requirement }: { cwd: string; requirement: string }): Promise<Found> {
    try {
      const need = JSON.parse(requirement) as Requirement;
      const dir = this.#guard.cwd(cwd === "" ? null : cwd);
      const envOf = (program: string) => ownEnv(program, this.#config.root, process.env);
      const env = envOf("git");
      return await look(need, {
        cwd: dir,
        root: this.#config.root,
        path: env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
        env,
        envOf,
        allows: allowedBy(this.#guard, env.PATH ?? ""),
      });
    } catch (error) {
      const known = error instanceof PolicyDenied;
      const message = known ? error.message : `It could not be looked at: ${(error as Error).message}`;
      return { state: "unknown", found: null, message: message.slice(0, 1_000) };
    }
  }

  /** @returns whether it is news */
  #remember(one: Look): boolean {
    const key = `${one.cwd}\n${one.requirement}`;
    const text = `${one.state} ${one.found}`;
    if (this.#told.get(key) === text) return false;
    if (this.#told.size > REMEMBERED) this.#told.clear();
    this.#told.set(key, text);
    return true;
  }
}

/** Whether the machine's policy lets a tool run. */
export function allowedBy(guard: PolicyGuard, path: string): Place["allows"] {
  return (tool, file) => {
    try {
      guard.program(basename(tool) === tool ? tool : file, file, path);
      return true;
    } catch {
      return false;
    }
  };
}

/** As the workspace keys it: what is looked for, without what is said about it. */
function keyOf({ tool, version, file, git, login }: Requirement): string {
  return canonicalJson({ tool, version, file, git, login });
}
