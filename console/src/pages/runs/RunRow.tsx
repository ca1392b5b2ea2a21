import type { Run } from "../../api/types.ts";
import { Status, StatusIcon, statusWord } from "../../components/Status.tsx";
import { Duration, Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { asTyped } from "./as-commands.ts";

/** A run in a list: status, what was asked for, by whom, how long, when. */
export function RunRow({ run, short = false }: { run: Run; short?: boolean }) {
  const who = oneLine(run.requested_by.name, 100);
  const below = run.error ? (
    <span className="foreign block min-w-0 truncate text-bad text-sm">
      {oneLine(shortly(run.error.message), 160)}
    </span>
  ) : (
    short && <Now run={run} />
  );
  return (
    <div
      className={`grid h-full min-h-11 grid-cols-[auto_minmax(0,1fr)] items-center gap-x-3 px-4 md:px-6 ${
        short
          ? "sm:grid-cols-[7rem_minmax(0,1fr)_auto]"
          : "sm:grid-cols-[7rem_minmax(0,1fr)_auto] md:grid-cols-[7rem_minmax(0,1fr)_8rem_5.5rem_5.5rem]"
      }`}
    >
      <span className="sm:hidden">
        <StatusIcon status={run.status} titled />
      </span>
      <Status status={run.status} className="max-sm:hidden!" />
      <span className="min-w-0">
        <span className="flex items-baseline gap-2">
          {run.parent_run_id && (
            <span className="inline-flex shrink-0 items-baseline gap-1 text-muted text-sm">
              <span className="translate-y-0.5">
                <StatusIcon status="undone" size={12} />
              </span>
              undo of
            </span>
          )}
          <span className="foreign min-w-0 truncate font-mono text-sm">{oneLine(asTyped(run), 200)}</span>
          {run.undone_by && (
            <span className="shrink-0 rounded-sm bg-sunken px-1.5 text-muted text-sm">undone</span>
          )}
        </span>
        {/* On a phone the command has the whole line, and what else there is stands below it. */}
        <span className="flex items-baseline justify-between gap-3 sm:hidden">
          {below || <span className="foreign min-w-0 truncate text-faint text-sm">{who}</span>}
          <Time at={run.created_at} className="shrink-0 text-faint text-sm" />
        </span>
        <span className="max-sm:hidden">{below}</span>
      </span>
      {!short && (
        <>
          <span className="foreign truncate text-muted max-md:hidden">{who}</span>
          <Duration
            from={run.created_at}
            to={run.finished_at}
            className="text-right text-muted max-md:hidden"
          />
        </>
      )}
      <span className="min-w-0 text-right text-muted max-sm:hidden">
        <Time at={run.created_at} />
        <span className={`foreign block max-w-28 truncate text-faint text-sm ${short ? "" : "md:hidden"}`}>
          {who}
        </span>
      </span>
    </div>
  );
}

/** Where there is room for a few words, those of the program are worth more than how it ended. */
function shortly(message: string): string {
  return message.replace(/^The program ended with exit code \d+\. It said: /, "");
}

/** Where it is in its steps. */
function Now({ run }: { run: Run }) {
  const at = run.steps.findIndex(({ status }) => ["running", "waiting", "queued"].includes(status));
  const step = run.steps[at];
  if (!step) return null;
  return (
    <span className="foreign block truncate text-muted text-sm">
      {run.steps.length > 1 && `step ${at + 1} of ${run.steps.length}, `}
      {oneLine(step.id, 80)} {statusWord(step.status)}
    </span>
  );
}
