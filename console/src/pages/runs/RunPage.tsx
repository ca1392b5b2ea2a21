/** One run: what it is, what happened when, and what the step one looks at has to say. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { ApiProblem } from "../../api/problem.ts";
import { LIVE_MS, runQuery } from "../../api/queries.ts";
import type { Run } from "../../api/types.ts";
import { buttonLook } from "../../components/Button.tsx";
import { Code, Id } from "../../components/Code.tsx";
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { Page, useTitle } from "../../components/Page.tsx";
import { Status } from "../../components/Status.tsx";
import { Duration, Time } from "../../components/Time.tsx";
import { oneLine, visible } from "../../components/visible.ts";
import { agentsOf, useAgentName } from "../../frame/agents.ts";
import { asTyped } from "./as-commands.ts";
import { RunActions } from "./RunActions.tsx";
import { StepPanel, TABS, type Tab } from "./StepPanel.tsx";
import { TimelineView } from "./TimelineView.tsx";
import { useRun } from "./use-run.ts";
import { useCwd } from "./use-run-plan.ts";

export function RunPage() {
  const { id } = useParams({ from: "/runs/$id" });
  return <Shown key={id} id={id} />;
}

function Shown({ id }: { id: string }) {
  const search = useSearch({ from: "/runs/$id" });
  const navigate = useNavigate();
  const { query, run, events, live } = useRun(id);
  useTitle(run ? `${run.command} ${run.status.replace("_", " ")}` : "Run");
  // Until somebody chooses, the step that matters now is shown, and it moves with the run.
  const [chosen, setChosen] = useState<string | null>(search.step ?? null);
  if (!run && query.error)
    return (
      <Page title="Run">
        <Problem
          error={
            query.error instanceof ApiProblem && query.error.status === 404
              ? new ApiProblem(404, "not_found", `There is no run ${id} in this workspace.`)
              : query.error
          }
          retry={() => void query.refetch()}
          action={
            <Link to="/runs" className={buttonLook()}>
              All runs
            </Link>
          }
        />
      </Page>
    );
  if (!run) return <Loading lines={8} label="Loading the run" />;
  const selected = chosen ?? stepThatMatters(run);
  const undo = selected?.endsWith(":undo") ?? false;
  const step = run.steps.find(({ id: one }) => one === selected?.replace(/:undo$/, ""));
  const asks =
    !undo && run.checkpoints.some(({ status, step: of }) => status === "pending" && of === step?.id);
  const tab = (TABS as readonly string[]).includes(search.tab ?? "") ? (search.tab as Tab) : "log";
  const select = (next: string) => {
    setChosen(next);
    void navigate({
      to: "/runs/$id",
      params: { id },
      search: (old) => ({ ...old, step: next }),
      replace: true,
    });
  };
  return (
    <div className="flex min-h-full flex-col lg:h-full lg:min-h-0">
      <Header run={run} lost={live === "lost"} shown={step?.id} />
      <div
        className={`grid min-h-0 flex-1 border-t lg:grid-cols-[minmax(24rem,2fr)_3fr] ${asks ? "max-lg:content-start" : "max-lg:grid-rows-[auto_1fr]"}`}
      >
        <div className="flex min-h-0 flex-col border-b lg:border-r lg:border-b-0">
          <TimelineView run={run} events={events} selected={selected} onSelect={select} />
        </div>
        {/* On a phone the question comes before how it came to it. */}
        <section
          aria-label="Step"
          className={`flex min-h-[28rem] min-w-0 flex-col lg:min-h-0 ${asks ? "max-lg:order-first max-lg:border-b" : ""}`}
        >
          {step ? (
            <StepPanel
              key={`${step.id} ${undo}`}
              run={run}
              step={step}
              undo={undo}
              events={events}
              tab={tab}
              onTab={(next) =>
                void navigate({
                  to: "/runs/$id",
                  params: { id },
                  search: (old) => ({ ...old, tab: next }),
                  replace: true,
                })
              }
            />
          ) : (
            <Empty title="No step is chosen." />
          )}
        </section>
      </div>
    </div>
  );
}

/** What waits for a person, else what runs, else what broke, else what ended last. */
function stepThatMatters(run: Run): string | null {
  const is = (...statuses: string[]) => run.steps.find(({ status }) => statuses.includes(status));
  const waiting = run.checkpoints.find(({ status }) => status === "pending")?.step;
  if (waiting) return waiting;
  const undoing = run.steps.find(({ rollback }) => rollback?.status === "running");
  if (undoing) return `${undoing.id}:undo`;
  if (run.finished_at !== null && run.error?.step && run.status !== "cancelled") return run.error.step;
  const found = is("running") ?? is("unknown") ?? (run.status === "failed" ? is("failed") : undefined);
  if (found) return found.id;
  const started = run.steps.filter(({ started_at }) => started_at !== null);
  return (started.at(-1) ?? run.steps[0])?.id ?? null;
}

/** Characters of the command in the head of the page, and when one points at it. */
const HEAD_CHARS = 1_000;
const TITLE_CHARS = 4_000;

function Header({ run, lost, shown }: { run: Run; lost: boolean; shown: string | undefined }) {
  const agents = agentsOf(run.steps);
  const nameOf = useAgentName();
  const cwd = useCwd(run);
  return (
    <header className="grid shrink-0 grid-cols-[minmax(0,1fr)] gap-1.5 px-4 py-3 md:px-6 lg:max-h-[40dvh] lg:overflow-y-auto">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <Status status={run.status} className="text-base" />
        <h1
          className="foreign min-w-0 max-w-full flex-1 truncate font-mono font-semibold text-base max-md:order-last max-md:line-clamp-3 max-md:basis-full max-md:whitespace-normal"
          title={oneLine(asTyped(run), TITLE_CHARS)}
        >
          {oneLine(asTyped(run), HEAD_CHARS)}
        </h1>
        <div className="ml-auto flex items-center gap-2">
          <RunActions run={run} />
        </div>
      </div>
      <p className="foreign flex flex-wrap items-center gap-x-3 gap-y-0.5 text-muted">
        <span>
          by {oneLine(run.requested_by.name, 100)} <Time at={run.created_at} />
        </span>
        <span>
          {run.finished_at === null ? "for" : "took"} <Duration from={run.created_at} to={run.finished_at} />
        </span>
        {agents.map((agent, index) => (
          <span key={agent}>
            on{" "}
            <Link to="/agents/$id" params={{ id: agent }} className="hover:text-text hover:underline">
              <Code>{nameOf(agent) ?? `agt_…${agent.slice(-6)}`}</Code>
            </Link>
            {index === agents.length - 1 && cwd && (
              <>
                {" "}
                in <Code>{oneLine(cwd, 100)}</Code>
              </>
            )}
          </span>
        ))}
        <Link to="/runs" search={{ command: run.command }} className="text-accent hover:underline">
          all runs of {run.command}
        </Link>
        {run.rerun_of && <RunLink id={run.rerun_of} words="again of" />}
        {run.parent_run_id && <RunLink id={run.parent_run_id} words="undo of" />}
        {run.undo?.undone_by && <UndoneBy id={run.undo.undone_by} />}
        <Id of={run.id} className="max-md:hidden" />
        {lost && (
          <span role="status" className="rounded-sm bg-warn-soft px-1.5 text-warn">
            connection lost, coming back
          </span>
        )}
      </p>
      {run.note && <p className="foreign text-muted">“{visible(run.note)}”</p>}
      {/* The step one looks at says it itself. */}
      {run.error && (run.error.step !== shown || !["failed", "rejected"].includes(run.status)) && (
        <p className="foreign rounded bg-bad-soft px-2.5 py-1.5 text-bad">
          {run.error.step && <strong className="font-mono font-semibold">{run.error.step}: </strong>}
          {visible(run.error.message)}
        </p>
      )}
      {run.waiting_for?.map(({ steps, message }) => (
        <p key={steps[0]} role="status" className="foreign rounded bg-warn-soft px-2.5 py-1.5 text-warn">
          <strong className="font-mono font-semibold">{steps.join(", ")}: </strong>
          {visible(message)}
        </p>
      ))}
      {run.rollback.status !== "none" && <Rollback run={run} />}
    </header>
  );
}

function Rollback({ run }: { run: Run }) {
  const { undone, left, status } = run.rollback;
  return (
    <p className="foreign flex flex-wrap gap-x-3 text-sm">
      {status === "running" && <span className="text-warn">Rolling back.</span>}
      {undone.length > 0 && (
        <span className="text-muted">
          Undone: <span className="font-mono">{undone.join(", ")}</span>
        </span>
      )}
      {left.length > 0 && (
        <span className="text-bad">
          Left as it is: <span className="font-mono">{left.join(", ")}</span>
        </span>
      )}
      {undone.length === 0 && left.length === 0 && status === "succeeded" && (
        <span className="text-muted">There was nothing to be undone.</span>
      )}
    </p>
  );
}

/** The undo of this run: done, asked for, or taken back in turn. */
function UndoneBy({ id }: { id: string }) {
  const undo = useQuery({
    ...runQuery(id),
    refetchInterval: ({ state }) => (state.data?.finished_at === null ? LIVE_MS : false),
  }).data;
  if (!undo) return null;
  const done = (undo.undo?.undone_by ?? undo.undone_by) ? "undone, and that taken back:" : "undone by";
  return <RunLink id={id} words={undo.status === "succeeded" ? done : "undo under way:"} />;
}

function RunLink({ id, words }: { id: string; words: string }) {
  return (
    <span>
      {words}{" "}
      <Link to="/runs/$id" params={{ id }} className="font-mono text-accent text-sm hover:underline">
        {`run_…${id.slice(-6)}`}
      </Link>
    </span>
  );
}
