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
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { Facts } from "../../components/Facts.tsx";
import { Page, Section } from "../../components/Page.tsx";
import { Status } from "../../components/Status.tsx";
import { Table } from "../../components/Table.tsx";
import { exactTime, Time } from "../../components/Time.tsx";
import { oneLine, valueText } from "../../components/visible.ts";
import { toastProblem } from "../../frame/toasts.ts";
import { useName } from "../people/use-name.ts";
import { ScheduleForm } from "./ScheduleForm.tsx";

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
            <Button look="quiet" onClick={() => setEnding(true)}>
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
          ["Id", <Id key="id" of={schedule.id} />],
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
          ["In", <Code key="cwd">{schedule.cwd ?? "the agent’s root folder"}</Code>],
          [
            "When",
            <span key="when">
              <Code>{schedule.cron}</Code> {schedule.time_zone}
            </span>,
          ],
          [
            "While one is under way",
            schedule.overlap === "skip" ? "the next is left out" : "the next starts too",
          ],
          ["What was missed", schedule.catch_up ? "is made up for once" : "is not made up for"],
          ["Asked for by", name(schedule.user_id)],
          [
            "Next",
            schedule.next_runs.length === 0 ? (
              <span key="next" className="text-muted">
                it is switched off
              </span>
            ) : (
              <ol key="next">
                {schedule.next_runs.map((at) => (
                  <li key={at}>
                    <Time at={at} /> <span className="text-muted">{exactTime(at)}</span>
                  </li>
                ))}
              </ol>
            ),
          ],
        ]}
      />
      <Section title="Last times">
        {fires.length === 0 ? (
          <Empty title="Its time has not come yet." />
        ) : (
          <Table
            label="Last times"
            rows={fires}
            idOf={({ due_at }) => String(due_at)}
            columns={[
              { head: "Due", cell: ({ due_at }) => exactTime(due_at) },
              { head: "What became of it", cell: ({ status }) => <Status status={status} /> },
              {
                head: "Run",
                cell: ({ run_id }) =>
                  run_id ? (
                    <Link to="/runs/$id" params={{ id: run_id }} className="text-accent hover:underline">
                      {`run_…${run_id.slice(-6)}`}
                    </Link>
                  ) : (
                    <span className="text-faint">none</span>
                  ),
              },
              {
                head: "Why",
                cell: ({ message, missed }) => (
                  <span className="text-muted">
                    {oneLine(message ?? "", 300)}
                    {missed > 0 && ` stands for ${missed} missed`}
                  </span>
                ),
              },
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
