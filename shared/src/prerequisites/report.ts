/** Needs and what was found of them, put together as a plan shows them. Pure. */
import type { Look } from "../contracts/agent-protocol.ts";
import type { Requirement } from "../contracts/definition.ts";
import type { Need } from "./needs.ts";

export interface Prerequisite {
  step: string;
  requirement: Requirement;
  state: Look["state"];
  /** What is there: "wrangler 4.48.0". */
  found: string | null;
  /** What is missing, or why nobody knows. */
  message: string | null;
  agent_id: string | null;
  probed_at: number | null;
  /** A command of the library that sets it up, or what a person has to do. */
  fix: { command: string; args: { [name: string]: never } } | string | null;
  /** May be installed by this command when the caller consents. */
  install: string | null;
  /** Its lack is certain to stop the run, so a run is not begun. */
  blocks: boolean;
}

export interface Found {
  agentId: string;
  look: Look;
  probedAt: number;
}

/** @param certain the agent is the only one that could take the work, and was just asked */
export function report(
  needs: Need[],
  find: (need: Need) => Found | null,
  why: string,
  certain: boolean,
): Prerequisite[] {
  return needs.map((need): Prerequisite => {
    const found = find(need);
    const state = found?.look.state ?? "unknown";
    const { requirement, step } = need;
    return {
      step,
      requirement,
      state,
      found: found?.look.found ?? null,
      message: found ? found.look.message : why,
      agent_id: found?.agentId ?? null,
      probed_at: found?.probedAt ?? null,
      fix: state === "met" ? null : fixOf(requirement),
      install: requirement.install ?? null,
      blocks: certain && need.sure && state === "missing",
    };
  });
}

/** The sentence of a refusal: what is missing, and what to run. */
export function sentence({ message, fix, install }: Prerequisite): string {
  const run = install
    ? ` It can be installed: start the run with "consent": ["${install}"].`
    : typeof fix === "string"
      ? ` ${fix}`
      : fix
        ? ` Run the command "${fix.command}" to set it up.`
        : "";
  return `${message ?? "A prerequisite is missing."}${run}`;
}

function fixOf({ fix, tool, version, file, git, login }: Requirement): Prerequisite["fix"] {
  if (fix) return { command: fix, args: {} };
  if (tool)
    return `Install ${tool}${version ? ` ${version}` : ""} on the agent's machine, on its PATH or in the project.`;
  if (file) return `Make ${Array.isArray(file) ? file.join(" or ") : file} in the project.`;
  if (git)
    return git === "remote" ? "Add a remote to the repository." : "Make the directory a git repository.";
  return login ? `Log in to ${login} on the agent's machine.` : null;
}
