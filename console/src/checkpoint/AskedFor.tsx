/** Whom a question is for: who asked, in which project, with which words, and the command as one would type it. */
import { useQuery } from "@tanstack/react-query";
import { checkpointQuery, runQuery } from "../api/queries.ts";
import type { Checkpoint, Run } from "../api/types.ts";
import { Code } from "../components/Code.tsx";
import { oneLine } from "../components/visible.ts";
import { typed } from "../palette/arguments.ts";
import { questionOf } from "./question.ts";

/** Two lines for a row of a list. `run` where it is known; `near`: what the list does not say is asked for. */
export function AskedFor({
  checkpoint,
  run: known,
  near = false,
}: {
  checkpoint: Checkpoint;
  run: Run | undefined;
  near?: boolean;
}) {
  const whole = useQuery({ ...checkpointQuery(checkpoint.id), enabled: near, staleTime: 60_000 });
  const asked = useQuery({ ...runQuery(checkpoint.run_id), enabled: near && !known, staleTime: 60_000 });
  const run = known ?? asked.data;
  const { by, cwd, command, ...question } = questionOf(whole.data ?? checkpoint);
  const note = run?.note ?? question.note;
  const name = run?.requested_by.name ?? by;
  return (
    <>
      <span className="block truncate text-muted text-sm">
        {name && <span className="foreign">{oneLine(name, 80)}</span>}
        {cwd && (
          <>
            {name ? " in " : "in "}
            <Code>{oneLine(cwd, 80)}</Code>
          </>
        )}
        {note && <span className="foreign"> “{oneLine(note, 160)}”</span>}
      </span>
      <span className="foreign block truncate font-mono text-muted text-sm">
        {oneLine(run ? typed(run.command, run.args) : command, 300)}
      </span>
    </>
  );
}
