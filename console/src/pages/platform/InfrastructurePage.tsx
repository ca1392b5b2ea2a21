/** What runs, what waits, what hangs, what failed. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed, infrastructureQuery } from "../../api/place-queries.ts";
import type { Delivery } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Code } from "../../components/Code.tsx";
import { Loading, Problem } from "../../components/Empty.tsx";
import { Select } from "../../components/Field.tsx";
import { Page, Section } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { Status } from "../../components/Status.tsx";
import { Table } from "../../components/Table.tsx";
import { durationText, Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { toast, toastProblem } from "../../frame/toasts.ts";

interface Infrastructure {
  status: string;
  checks: { name: string; status: string; message: string }[];
  workers?: { name: string; status: string; behind_s: number }[];
  queues?: { [name: string]: number };
  database?: { size_bytes: number; latency_ms: number };
  agent_list?: { id: string; name: string; status: string; last_seen_at: number | null }[];
  services?: { name: string; status: string; status_at: number | null }[];
  deployments?: {
    worker: string;
    environment: string;
    version_id: string | null;
    url: string | null;
    at: number;
  }[];
  failed_runs?: { id: string; command: string; error: string | null; finished_at: number }[];
}

const words = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("_", " ")}`;
const size = new Intl.NumberFormat(undefined, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });

export function InfrastructurePage() {
  const query = useQuery(infrastructureQuery);
  const health = useQuery({
    queryKey: ["infrastructure", "health"],
    refetchInterval: 30_000,
    queryFn: () => ask(api.GET("/api/health")),
  });
  const now = query.data as Infrastructure | undefined;
  if (!now)
    return (
      <Page title="Infrastructure">
        {query.error ? (
          <Problem error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Loading lines={10} />
        )}
      </Page>
    );
  // The newest first: what is there now is the first of each.
  const current = [
    ...Map.groupBy(now.deployments ?? [], ({ worker, environment }) => `${worker} ${environment}`).values(),
  ].flatMap(([newest]) => newest ?? []);
  return (
    <Page
      title="Infrastructure"
      beside={<Status status={now.status} />}
      actions={health.data && <span className="text-muted">version {health.data.version}</span>}
    >
      {query.error && <Problem error={query.error} retry={() => void query.refetch()} />}
      <div className="grid border-t lg:grid-cols-2">
        <Part title="Checks">
          {now.checks.map(({ name, status, message }) => (
            <Line
              key={name}
              name={CHECKS[name]?.label ?? words(name)}
              right={<Status status={status} />}
              below={status !== "ok" && CHECKS[name] && <Hint of={CHECKS[name]} />}
            >
              {message}
            </Line>
          ))}
        </Part>
        <Part title="Parts">
          {now.workers?.map(({ name, status, behind_s }) => (
            <Line
              key={name}
              name={<span title={name}>{PARTS[name]?.label ?? name}</span>}
              right={<Status status={status} />}
              below={
                behind_s > 0 && "Its log says why; what is late is taken up again by itself once it runs."
              }
            >
              {behind_s > 0
                ? `behind by ${durationText(behind_s * 1_000)}`
                : (PARTS[name]?.well ?? "nothing is late")}
            </Line>
          ))}
          {now.database && (
            <Line name="Database" right={<Status status="ok" />}>
              answered in {now.database.latency_ms} ms, holds{" "}
              {size.format(now.database.size_bytes / 1_000_000)}
            </Line>
          )}
        </Part>
        <Part title="Work in progress">
          {Object.entries(now.queues ?? {}).map(([name, count]) => (
            <Line
              key={name}
              name={QUEUES[name] ?? words(name)}
              right={
                <span className={`tabular-nums ${count > 0 && /overdue|dead/.test(name) ? "text-bad" : ""}`}>
                  {count}
                </span>
              }
            />
          ))}
        </Part>
        <Part title="Agents and services">
          {now.agent_list?.map(({ id, name, status, last_seen_at }) => (
            <Line
              key={id}
              name={
                <Link to="/agents/$id" params={{ id }} className="hover:text-accent hover:underline">
                  {oneLine(name, 100)}
                </Link>
              }
              right={<Status status={status} />}
            >
              {last_seen_at === null ? (
                "never connected"
              ) : (
                <>
                  heard from <Time at={last_seen_at} />
                </>
              )}
            </Line>
          ))}
          {now.services?.map(({ name, status, status_at }) => (
            <Line
              key={name}
              name={
                <Link to="/services" className="hover:text-accent hover:underline">
                  {name}
                </Link>
              }
              right={<Status status={status} />}
            >
              {status_at === null ? "no agent has reported it" : <Time at={status_at} />}
            </Line>
          ))}
        </Part>
      </div>
      <Section title="Failed within a day" className="border-t-0">
        {!now.failed_runs?.length ? (
          <Nothing>No run failed.</Nothing>
        ) : (
          <Table
            label="Failed within a day"
            rows={now.failed_runs}
            idOf={({ id }) => id}
            columns={[
              {
                head: "Run",
                cell: ({ id, command }) => (
                  <Link
                    to="/runs/$id"
                    params={{ id }}
                    className="font-mono text-accent text-sm hover:underline"
                  >
                    {command}
                  </Link>
                ),
              },
              { head: "What went wrong", cell: ({ error }) => oneLine(error ?? "", 200) },
              { head: "When", right: true, cell: ({ finished_at }) => <Time at={finished_at} /> },
            ]}
          />
        )}
      </Section>
      <Section title="Deployed">
        {current.length === 0 ? (
          <Nothing>Nothing was deployed from here yet.</Nothing>
        ) : (
          <Table
            label="Deployed"
            rows={current}
            idOf={({ worker, environment }) => `${worker} ${environment}`}
            columns={[
              { head: "Worker", cell: ({ worker }) => <Code>{worker}</Code> },
              { head: "Where", cell: ({ environment }) => environment },
              {
                head: "Version",
                cell: ({ version_id }) => (version_id ? <Code>{version_id}</Code> : "–"),
              },
              { head: "When", right: true, cell: ({ at }) => <Time at={at} /> },
            ]}
          />
        )}
      </Section>
      <Messages />
    </Page>
  );
}

interface Check {
  label: string;
  /** What to do when it is not well, and where. */
  todo: string;
  to?: string;
  search?: { status: "failed" };
}
const CHECKS: { [check: string]: Check } = {
  runs: { label: "Runs", todo: "Open the runs that stand still", to: "/runs" },
  notifications: { label: "Messages to people", todo: "The list of messages below says which wait, and why" },
  dead_letters: {
    label: "Internal messages",
    todo: "Their runs continue by themselves; check whether one stands still",
    to: "/runs",
  },
  agents: {
    label: "Agents",
    todo: "Start the agent again on its machine, or revoke it if it is gone for good",
    to: "/agents",
  },
  services: { label: "Services", todo: "Read the log of the service, or start it again", to: "/services" },
  failed_runs: {
    label: "Runs that failed",
    todo: "Open the failed runs, and run again what matters",
    to: "/runs",
    search: { status: "failed" },
  },
};
const PARTS: { [worker: string]: { label: string; well: string } } = {
  "tw-api": { label: "Console and API", well: "answered just now" },
  "tw-dispatcher": { label: "Run engine", well: "no run is late" },
  "tw-notifier": { label: "Message sender", well: "no message is late" },
};
const QUEUES: { [queue: string]: string } = {
  runs: "Runs under way",
  runs_overdue: "Runs that stand still",
  agent_jobs: "Steps that wait for an agent",
  calls: "Calls to other systems that wait",
  notifications_overdue: "Messages that are late",
  dead_letters: "Internal messages given up this week",
};

/** The next thing to do. */
function Hint({ of: { todo, to, search } }: { of: Check }) {
  return to ? (
    <Link to={to} search={search ?? {}} className="text-accent hover:underline">
      {todo}
    </Link>
  ) : (
    todo
  );
}

function Nothing({ children }: { children: React.ReactNode }) {
  return <p className="px-4 pb-4 text-muted md:px-6">{children}</p>;
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0 border-b pb-3 lg:odd:border-r">
      <h2 className="flex min-h-10 items-center px-4 font-semibold md:px-6">{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

function Line({
  name,
  right,
  below,
  children,
}: {
  name: React.ReactNode;
  right: React.ReactNode;
  /** What to do about it. */
  below?: React.ReactNode;
  children?: React.ReactNode;
}) {
  return (
    <li className="grid min-h-7 grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-3 px-4 py-0.5 md:px-6">
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-3">
        <span className="foreign min-w-0">{name}</span>
        {children && <span className="foreign text-muted text-sm">{children}</span>}
      </span>
      {right}
      {below && <span className="col-span-2 text-muted text-sm">{below}</span>}
    </li>
  );
}

/** Messages to people and systems: what was sent, what failed, and another try. */
function Messages() {
  const may = useMay("runs:execute");
  const [status, setStatus] = useState("failed");
  const found = usePaged<Delivery>(
    ["notifications", status],
    (cursor) =>
      ask(
        api.GET("/api/notifications", {
          params: {
            query: {
              limit: 50,
              ...(status ? { status: status as "failed" } : {}),
              ...(cursor ? { cursor } : {}),
            },
          },
        }),
      ),
    15_000,
  );
  const again = async (id: string) => {
    try {
      await ask(api.POST("/api/notifications/{id}/retry", { params: { path: { id } } }));
      toast({ kind: "ok", text: "It is tried again." });
      changed("notifications");
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <Section
      title="Messages"
      beside={
        <Select
          aria-label="Which messages"
          className="w-auto"
          value={status}
          onChange={(event) => setStatus(event.target.value)}
        >
          <option value="failed">that failed</option>
          <option value="pending">that wait</option>
          <option value="sent">that were sent</option>
          <option value="">all</option>
        </Select>
      }
    >
      <Paged of={found} label="Loading messages" empty={<Nothing>There is no such message.</Nothing>}>
        {(items) => (
          <Table
            label="Messages"
            rows={items}
            idOf={({ id }) => id}
            columns={[
              { head: "To", cell: ({ to, channel }) => `${oneLine(to, 120)} by ${channel}` },
              { head: "About", cell: ({ kind }) => words(kind) },
              { head: "State", cell: (delivery) => <Status status={delivery.status} /> },
              {
                head: "Why",
                cell: ({ error }) => <span className="text-muted">{oneLine(error ?? "", 200)}</span>,
              },
              { head: "When", cell: ({ created_at }) => <Time at={created_at} /> },
              {
                head: "What to do",
                actions: true,
                cell: (delivery) =>
                  may &&
                  delivery.status === "failed" && (
                    <Button look="quiet" onClick={() => void again(delivery.id)}>
                      Try again
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Paged>
    </Section>
  );
}
