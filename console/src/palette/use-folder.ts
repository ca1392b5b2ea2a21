/** In which folder a command is meant: where this person ran it last, else where they ran anything, else the only project there is, where it needs one. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { runPlanQuery } from "../api/place-queries.ts";
import { meQuery, runsQuery } from "../api/queries.ts";
import { useProjects } from "../frame/agents.ts";
import { folders } from "./recent.ts";

export interface Folder {
  cwd: string;
  setCwd(cwd: string): void;
  /** Nothing more is being found out: a plan for another folder would only flicker by. */
  settled: boolean;
  /** Folders to offer, the most likely first. */
  known: string[];
  /** Projects of the agents. */
  projects: string[];
}

/** A repository or a file of a project must be there: what runs anywhere is left in the agent's root. */
function needsProject(requires: unknown): boolean {
  return Array.isArray(requires) && requires.some((one) => "git" in Object(one) || "file" in Object(one));
}

/** `given` where the folder was said already. What is typed stays, whatever is found out meanwhile. */
export function useFolder(
  { slug, requires }: { slug: string; requires: unknown },
  given: string | undefined,
): Folder {
  const [said, setSaid] = useState<string | undefined>(given);
  const me = useQuery(meQuery);
  const person = me.data?.user?.id;
  const last = useQuery({
    ...runsQuery({ command: slug, requested_by: person }, 1),
    refetchInterval: false,
    enabled: said === undefined && person !== undefined,
  });
  const run = last.data?.items[0]?.id;
  const plan = useQuery({ ...runPlanQuery(run ?? ""), enabled: said === undefined && run !== undefined });
  const before = (plan.data?.plan as { cwd?: string | null } | undefined)?.cwd ?? undefined;
  const projects = useProjects();
  const recent = folders();
  const only = projects.length === 1 && needsProject(requires) ? projects[0] : undefined;
  const likely = before ?? (last.isSuccess && run === undefined ? (recent[0] ?? only) : undefined);
  // Taken once: an answer that comes late must not change what stands there.
  useEffect(() => {
    if (likely !== undefined) setSaid((old) => old ?? likely);
  }, [likely]);
  return {
    cwd: said ?? "",
    settled:
      said !== undefined ||
      last.isError ||
      plan.isError ||
      (last.isSuccess && likely === undefined && !(run && plan.isPending)),
    setCwd: setSaid,
    known: [...new Set([...recent, ...projects])],
    projects,
  };
}
