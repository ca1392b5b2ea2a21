/** One schedule: when it comes next, what became of its last times. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed } from "../../api/place-queries.ts";
import { Button } from "../../components/Button.tsx";
import { Code, Id } from "../../components/Code.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Loading, Problem } from "../../components/Empty.tsx";
import { Facts } from "../../components/Facts.tsx";
import { Page, Section } from "../../components/Page.tsx";
import { Status } from "../../components/Status.tsx";
import { Table } from "../../components/Table.tsx";
import { exactTime, Time } from "../../components/Time.tsx";
import { oneLine, valueText } from "../../components/visible.ts";
import { toastProblem } from "../../frame/toasts.ts";
import { useName } from "../people/use-name.ts";
import { cronWords, foreignZone } from "./cron-words.ts";
import { outcomeOf, RunLink, whyOf } from "./Outcome.tsx";
import { ScheduleForm } from "./ScheduleForm.tsx";

/** In the reader's own zone, to the minute: a schedule has no seconds. */
const moment = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

export function SchedulePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate();
  const may = useMay("runs:execute");
  const name = useName();
  const [editing, setEditing] = useState(false);
  const [ending, setEnding] = useState(false);
  const path = { id };
  const query = useQuery({
    queryKey: ["schedules", id],
    refetchInterval: 10_000,
    queryFn: () => ask(api.GET("/api/schedules/{id}", { params: { path } })),
  });
  const turn = useMutation({
    mutationFn: (enabled: boolean) =>
      ask(api.PUT("/api/schedules/{id}", { params: { path }, body: { enabled } })),
    onSuccess: () => changed("schedules"),
    onError: toastProblem,
  });
  if (!query.data)
    return (
      <Page title="Schedule">
        {query.error ? (
          <Problem error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Loading lines={8} />
        )}
      </Page>
    );
  const { schedule, fires } = query.data;
  const args = Object.entries(schedule.args ?? {});
  return (
    <Page
      title={schedule.name}
      beside={<Status status={schedule.enabled ? "on" : "off"} />}
      actions={
        may && (
          <>
            <Button look="danger-quiet" onClick={() => setEnding(true)}>
              Delete…
            </Button>
            <Button busy={turn.isPending} onClick={() => turn.mutate(!schedule.enabled)}>
              {schedule.enabled ? "Switch it off" : "Switch it on"}
            </Button>
            <Button look="primary" onClick={() => setEditing(true)}>
              Change
            </Button>
          </>
        )
      }
    >
      <Facts
        of={[
          [
            "When",
            <span key="when">
              {cronWords(schedule.cron)} <Code className="text-muted">{schedule.cron}</Code>{" "}
              {schedule.time_zone}
            </span>,
          ],
          [
            foreignZone(schedule.time_zone) ? "Next, in your time" : "Next",
            schedule.next_runs.length === 0 ? (
              <span key="next" className="text-muted">
                it is switched off
              </span>
            ) : (
              <ol key="next">
                {schedule.next_runs.map((at) => (
                  <li key={at}>
                    <span className="tabular-nums">{moment.format(at)}</span>{" "}
                    <Time at={at} className="text-muted" />
                  </li>
                ))}
              </ol>
            ),
          ],
          [
            "Runs",
            <Link
              key="command"
              to="/library/$slug"
              params={{ slug: schedule.command }}
              className="font-mono text-accent text-sm hover:underline"
            >
              {schedule.command}
            </Link>,
          ],
          args.length > 0 && [
            "With",
            <ul key="args">
              {args.map(([key, value]) => (
                <li key={key}>
                  <span className="text-muted">{key}</span> <Code>{oneLine(valueText(value), 300)}</Code>
                </li>
              ))}
            </ul>,
          ],
          ["In", schedule.cwd ? <Code key="cwd">{schedule.cwd}</Code> : "the agent’s root folder"],
          [
            "While one is under way",
            schedule.overlap === "skip" ? "the next is left out" : "the next starts too",
          ],
          ["What was missed", schedule.catch_up ? "is made up for once" : "is not made up for"],
          ["Asked for by", name(schedule.user_id)],
          ["Id", <Id key="id" of={schedule.id} />],
        ]}
      />
      <Section title="Last times">
        {fires.length === 0 ? (
          <p className="px-4 pb-4 text-muted md:px-6">
            It has not started anything yet
            {schedule.next_runs[0] !== undefined &&
              `; the first time is ${moment.format(schedule.next_runs[0])}`}
            .
          </p>
        ) : (
          <Table
            label="Last times"
            rows={fires}
            idOf={({ due_at }) => String(due_at)}
            columns={[
              {
                head: foreignZone(schedule.time_zone) ? "Due, in your time" : "Due",
                cell: ({ due_at }) => (
                  <span className="tabular-nums" title={exactTime(due_at)}>
                    {moment.format(due_at)}
                  </span>
                ),
              },
              { head: "Outcome", cell: (fire) => <Status status={outcomeOf(fire)} /> },
              { head: "Run", cell: ({ run_id }) => <RunLink id={run_id} /> },
              { head: "Why", cell: (fire) => whyOf(fire, lateness(fire.message, fire.missed)) },
            ]}
          />
        )}
      </Section>
      {editing && (
        <ScheduleForm
          before={schedule}
          onDone={() => changed("schedules")}
          onClose={() => setEditing(false)}
        />
      )}
      {ending && (
        <Confirm
          title={`Delete ${schedule.name}?`}
          verb={`Delete ${schedule.name}`}
          run={() => ask(api.DELETE("/api/schedules/{id}", { params: { path } }))}
          onDone={() => {
            changed("schedules");
            void navigate({ to: "/schedules" });
          }}
          onClose={() => setEnding(false)}
        >
          <p>It starts nothing any more. Runs it has started go on.</p>
        </Confirm>
      )}
    </Page>
  );
}

/** What the server has to say, or how many times one run makes up for. */
function lateness(message: string | null, missed: number): string {
  if (message && !message.startsWith("Catches up")) return message;
  if (missed > 0)
    return `${missed === 1 ? "The time before was" : `The ${missed} times before were`} missed; this run makes up for ${missed === 1 ? "it" : "them"}.`;
  return message ? "It started late." : "";
}
