/** The difference from the last run of the same command that went well: what an approver looks for first. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lastGoodRunQuery, runPlanQuery } from "../api/place-queries.ts";
import { runQuery } from "../api/queries.ts";
import type { Run } from "../api/types.ts";
import { Loading } from "../components/Empty.tsx";
import { Time } from "../components/Time.tsx";
import { oneLine } from "../components/visible.ts";
import { type Difference, runDifference } from "./difference.ts";

export function SinceLastRun({ runId }: { runId: string }) {
  const run = useQuery(runQuery(runId));
  return run.data ? <Since run={run.data} /> : null;
}

function Since({ run }: { run: Run }) {
  const last = useQuery(lastGoodRunQuery(run));
  const now = useQuery(runPlanQuery(run.id));
  const before = useQuery({ ...runPlanQuery(last.data?.id ?? ""), enabled: last.data != null });
  if (last.data === null)
    return (
      <Block>
        <p className="text-muted">There is nothing to compare with: it has not succeeded here before.</p>
      </Block>
    );
  // Its place is kept: nothing below it jumps when it comes.
  if (!last.data || !now.data || !before.data)
    return last.error || now.error || before.error ? null : (
      <Block>
        <Loading lines={1} label="Looking for the last run" />
      </Block>
    );
  const different = runDifference({ run: last.data, plan: before.data.plan }, { run, plan: now.data.plan });
  return (
    <Block>
      <p className="text-muted">
        {different.length === 0 ? "Nothing is different from " : "Compared with "}
        <Link to="/runs/$id" params={{ id: last.data.id }} className="text-accent hover:underline">
          the last run that succeeded
        </Link>
        , <Time at={last.data.created_at} />.
      </p>
      {different.length > 0 && <Differences of={different} />}
    </Block>
  );
}

function Block({ children }: { children: React.ReactNode }) {
  return (
    <section aria-label="What is different from the last run" className="grid gap-1.5">
      <h3 className="font-semibold">What is different from the last run</h3>
      {children}
    </section>
  );
}

/** Before and after, each marked by a sign as well as by its colour. */
export function Differences({ of }: { of: readonly Difference[] }) {
  return (
    <dl className="grid gap-1.5 rounded border bg-sunken p-2.5">
      {of.map(({ what, before, after }) => (
        <div key={what} className="grid gap-x-3 sm:grid-cols-[7rem_minmax(0,1fr)]">
          <dt className="foreign text-muted text-sm">{oneLine(what, 80)}</dt>
          <dd className="foreign grid min-w-0 font-mono text-sm">
            {before !== "" && (
              <del className="text-bad no-underline">
                <span aria-hidden="true">− </span>
                {oneLine(before, 400)}
              </del>
            )}
            {after !== "" && (
              <ins className="text-ok no-underline">
                <span aria-hidden="true">+ </span>
                {oneLine(after, 400)}
              </ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
