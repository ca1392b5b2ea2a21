/** The step one looks at: its log, outputs, attempts, and what was planned beside what ran. */
import { useQuery } from "@tanstack/react-query";
import { Tabs } from "radix-ui";
import type { ReactNode } from "react";
import { api, ask } from "../../api/client.ts";
import type { Checkpoint, Run, RunEvent, RunStep } from "../../api/types.ts";
import { Decision } from "../../checkpoint/Decision.tsx";
import { channelWord } from "../../checkpoint/question.ts";
import { Code, CodeBlock } from "../../components/Code.tsx";
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { onlyIf, stepsOf } from "../../components/PlanView.tsx";
import { EffectMark, Status } from "../../components/Status.tsx";
import { Duration, exactTime, Time } from "../../components/Time.tsx";
import { oneLine, valueText, visible } from "../../components/visible.ts";
import { LogView } from "./LogView.tsx";
import { statusOf } from "./timeline.ts";
import { useLog } from "./use-log.ts";

export const TABS = ["log", "outputs", "attempts", "plan"] as const;
export type Tab = (typeof TABS)[number];
const TAB_WORDS: { [tab in Tab]: string } = {
  log: "Log",
  outputs: "Outputs",
  attempts: "Attempts",
  plan: "Plan and what ran",
};

const planQuery = (id: string, version: string) => ({
  queryKey: ["runs", "plan", id, version],
  queryFn: () => ask(api.GET("/api/runs/{id}/plan", { params: { path: { id } } })),
});

export function StepPanel({
  run,
  step,
  undo,
  events,
  tab,
  onTab,
}: {
  run: Run;
  step: RunStep;
  /** Its rollback is meant. */
  undo: boolean;
  events: RunEvent[];
  tab: Tab;
  onTab(tab: Tab): void;
}) {
  const own = events.filter((event) => event.step === step.id);
  const asked = run.checkpoints.filter((checkpoint) => checkpoint.step === step.id);
  const pending = asked.find(({ status }) => status === "pending");
  // Changes with every step that starts or ends: the values it ran with may be known by then.
  const plan = useQuery(planQuery(run.id, run.steps.map(({ status }) => status).join()));
  const steps = plan.data ? stepsOf(plan.data.plan) : [];
  const planned = steps.find(({ id }) => id === step.id || step.id.startsWith(`${id}.`));
  const condition = onlyIf(planned?.when, steps);
  const status = undo
    ? step.rollback?.status === "succeeded"
      ? "undone"
      : (step.rollback?.status ?? "pending")
    : statusOf(step, run);
  const error = undo ? step.rollback?.error : step.error;
  const exit = undo ? step.rollback?.exit_code : step.exit_code;
  if (pending && !undo) return <Decision key={pending.id} id={pending.id} besideRun />;
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(value) => onTab(value as Tab)}
      className="flex min-h-0 flex-1 flex-col"
    >
      {/* However long a message or a comment is, the log keeps its place. */}
      <div className="grid shrink-0 gap-1 px-4 pt-2.5 lg:max-h-[45%] lg:overflow-y-auto">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h2 className="foreign font-mono font-semibold text-base">{undo ? `undo ${step.id}` : step.id}</h2>
          <Status status={status} />
          {planned?.effect && planned.effect !== "read" && !undo && (
            <EffectMark effect={planned.effect} dry={planned.args?.dry_run === true} />
          )}
          <span className="text-muted text-sm">
            {!undo && step.attempt > 1 && `attempt ${step.attempt}, `}
            {!undo && step.started_at !== null && step.started_at !== step.finished_at && (
              <>
                <Duration from={step.started_at} to={step.finished_at} />,{" "}
              </>
            )}
            {exit !== null && exit !== undefined && `exit code ${exit}`}
          </span>
        </div>
        {error && (
          <p className="foreign rounded bg-bad-soft px-2.5 py-1.5 text-bad" title={error.code}>
            {visible(error.message)}
          </p>
        )}
        {step.status === "skipped" && <Skipped events={own} condition={condition} />}
        {asked.map((checkpoint) => (
          <Decided key={checkpoint.id} checkpoint={checkpoint} said={status} />
        ))}
      </div>
      <Tabs.List aria-label="Of this step" className="flex shrink-0 gap-1 border-b px-3 pt-1">
        {TABS.map((name) => (
          <Tabs.Trigger
            key={name}
            value={name}
            className="-mb-px border-transparent border-b-2 px-2 py-1.5 text-muted hover:text-text data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-text"
          >
            {TAB_WORDS[name]}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Panel value="log" fill>
        <StepLog
          key={undo ? `${step.id}:undo` : step.id}
          run={run}
          log={undo ? `${step.id}:undo` : step.id}
        />
      </Panel>
      <Panel value="outputs">
        <Outputs step={step} />
      </Panel>
      <Panel value="attempts">
        <History events={own} />
      </Panel>
      <Panel value="plan">
        {plan.data ? (
          <PlanAndRan planned={planned} condition={condition} ran={plan.data.ran[step.id]} />
        ) : plan.error ? (
          <Problem error={plan.error} retry={() => void plan.refetch()} />
        ) : (
          <Loading />
        )}
      </Panel>
    </Tabs.Root>
  );
}

function Panel({ value, fill = false, children }: { value: Tab; fill?: boolean; children: ReactNode }) {
  return (
    <Tabs.Content
      value={value}
      className={`min-h-0 flex-1 data-[state=inactive]:hidden ${fill ? "flex flex-col" : "overflow-y-auto"}`}
    >
      {children}
    </Tabs.Content>
  );
}

function StepLog({ run, log }: { run: Run; log: string }) {
  const { buffer, state, error } = useLog(run.id, log);
  const never = run.steps.find(({ id }) => id === log);
  if (run.finished_at !== null && never?.started_at === null) return <Empty title="It did not run." />;
  if (error) return <Problem error={new Error(error)} />;
  return (
    <LogView
      buffer={buffer}
      state={state}
      running={run.finished_at === null}
      rawUrl={`/api/runs/${run.id}/logs?step=${encodeURIComponent(log)}`}
    />
  );
}

function Skipped({ events, condition }: { events: RunEvent[]; condition: string | null }) {
  const reason = events.find(({ type }) => type === "step.skipped")?.data.reason;
  return (
    <p className="foreign text-muted">
      Skipped{typeof reason === "string" ? `: ${visible(reason)}` : ""}.
      {condition ? ` It runs ${condition}.` : ""}
    </p>
  );
}

/** Who agreed, or did not, where and when. */
function Decided({ checkpoint, said }: { checkpoint: Checkpoint; said: string }) {
  if (checkpoint.status === "pending") return null;
  return (
    <div className="foreign grid gap-0.5 text-sm">
      {checkpoint.votes.length === 0 && (
        <p className="text-muted">
          Checkpoint “{oneLine(checkpoint.name, 100)}” {checkpoint.status} <Time at={checkpoint.decided_at} />
        </p>
      )}
      {checkpoint.votes.map(({ by, decision, channel, comment, at }) => (
        <p key={`${by.id} ${at}`}>
          {decision === "reject" && said === "rejected" ? (
            "by"
          ) : (
            <>
              <Status status={decision === "approve" ? "approved" : "rejected"} /> by
            </>
          )}{" "}
          {oneLine(by.name, 100)} over {channelWord(channel)} <Time at={at} className="text-muted" />
          {comment && <span className="text-muted"> “{visible(comment)}”</span>}
        </p>
      ))}
    </div>
  );
}

function Outputs({ step }: { step: RunStep }) {
  const outputs = Object.entries(step.outputs ?? {});
  if (outputs.length === 0)
    return (
      <Empty title="No outputs.">
        What a step puts out for later ones stands here: what its definition reads from what it printed, and
        what the program writes to <Code>$TW_OUTPUT</Code>.
      </Empty>
    );
  return (
    <dl className="grid gap-3 p-4">
      {outputs.map(([name, value]) => (
        <div key={name} className="grid gap-1">
          <dt className="foreign font-mono text-muted text-sm">{visible(name)}</dt>
          <dd>
            <CodeBlock
              label={`output ${name}`}
              lines={(typeof value === "string" ? value : JSON.stringify(value, null, 2)).split("\n")}
            />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function History({ events }: { events: RunEvent[] }) {
  if (events.length === 0) return <Empty title="Nothing has happened to this step yet." />;
  return (
    <ol className="p-4">
      {events.map((event) => {
        const error = event.data.error as { code?: string; message?: string } | null | undefined;
        const { attempt, reason } = event.data;
        return (
          <li key={event.seq} className="flex gap-3 border-b py-1.5">
            <span className="w-40 shrink-0 text-muted text-sm tabular-nums">{exactTime(event.at)}</span>
            <span className="foreign min-w-0">
              {event.type.replace(/^(step|checkpoint)\./, "").replaceAll("_", " ")}
              {typeof attempt === "number" && attempt > 0 && (
                <span className="text-muted">, attempt {attempt}</span>
              )}
              {typeof reason === "string" && <span className="text-muted">: {visible(reason)}</span>}
              {error?.message && (
                <span className="block text-bad text-sm" title={error.code}>
                  {visible(error.message)}
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function PlanAndRan({
  planned,
  condition,
  ran,
}: {
  planned: ReturnType<typeof stepsOf>[number] | undefined;
  condition: string | null;
  ran: string | undefined;
}) {
  if (!planned) return <Empty title="This step is not in the plan." />;
  const line = planned.line ?? planned.command;
  return (
    <div className="grid gap-4 p-4">
      <div className="grid gap-1.5">
        <h3 className="font-semibold">Planned</h3>
        <CodeBlock lines={[line]} prompt label="the planned line" />
      </div>
      <div className="grid gap-1.5">
        <h3 className="font-semibold">Ran</h3>
        {ran === undefined ? (
          <p className="text-muted">It has not run.</p>
        ) : ran === line ? (
          <p className="text-muted">Exactly that.</p>
        ) : (
          <CodeBlock lines={[ran]} prompt label="the line that ran" />
        )}
      </div>
      {condition && <p className="foreign text-muted">Runs {condition}.</p>}
      {planned.for_each ? (
        <p className="foreign text-muted">Once for each of {valueText(planned.for_each)}.</p>
      ) : null}
      <div className="grid gap-1.5">
        <h3 className="font-semibold">Undone by</h3>
        {planned.rollback ? (
          <CodeBlock
            lines={[planned.rollback.line ?? planned.rollback.command ?? ""]}
            prompt
            label="the rollback"
          />
        ) : (
          <p className="text-muted">
            {planned.effect === "read" ? "Nothing: it only reads." : "Nothing: this command has no rollback."}
          </p>
        )}
      </div>
    </div>
  );
}
