/** What waits for me, what is running, what just broke, what did I want to run? Answered without a click. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";
import type { ReactNode } from "react";
import { commandsQuery, inboxQuery, meQuery, runsQuery } from "../../api/queries.ts";
import type { Checkpoint, Command, Run } from "../../api/types.ts";
import { AskedFor } from "../../checkpoint/AskedFor.tsx";
import { Button } from "../../components/Button.tsx";
import { Loading, Problem } from "../../components/Empty.tsx";
import { List } from "../../components/List.tsx";
import { Section, useTitle } from "../../components/Page.tsx";
import { EffectMark, StatusIcon } from "../../components/Status.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { openPalette } from "../../palette/open.ts";
import { RunRow } from "../runs/RunRow.tsx";
import { FirstRun } from "./FirstRun.tsx";
import { Strip } from "./Strip.tsx";

const ACTIVE = ["queued", "running", "waiting", "rolling_back"];
const BROKEN = ["failed", "rejected"];
const BROKE_LATELY_MS = 86_400_000;

export function HomePage() {
  useTitle("Home");
  const inbox = useQuery(inboxQuery);
  const me = useQuery(meQuery);
  const runs = useQuery(runsQuery());
  const failed = useQuery(runsQuery({ status: "failed" }, 5));
  // A question can be older than the newest runs.
  const waiting = useQuery(runsQuery({ status: "waiting" }, 100));
  const all = runs.data?.items ?? [];
  const mine = new Set(inbox.data?.map(({ run_id }) => run_id));
  const byId = new Map([...(waiting.data?.items ?? []), ...all].map((run) => [run.id, run]));
  const running = newest([...byId.values()]).filter(
    ({ status, id }) => ACTIVE.includes(status) && !mine.has(id),
  );
  const broken = newest([
    ...(failed.data?.items ?? []),
    ...all.filter(({ status }) => BROKEN.includes(status)),
  ]).filter((run) => Date.now() - run.created_at < BROKE_LATELY_MS && !rejectedBy(run, me.data?.user?.id));
  const fresh = runs.isSuccess && !all.some(({ status }) => status === "succeeded");
  return (
    <div className="w-full pb-16">
      <h1 className="sr-only">Home</h1>
      {runs.error && <Problem error={runs.error} retry={() => void runs.refetch()} />}
      {fresh && <FirstRun runs={all} />}
      <div className="grid lg:grid-cols-2">
        <Block title="Waits for me" count={inbox.data?.length} to="/approvals" tone="warn">
          {!inbox.data ? (
            <Loading lines={2} />
          ) : inbox.data.length === 0 ? (
            <Nothing>Nothing waits for you.</Nothing>
          ) : (
            <List
              label="Waits for me"
              items={inbox.data.slice(0, 5)}
              idOf={({ id }) => id}
              to={({ run_id, step }) => `/runs/${run_id}?step=${encodeURIComponent(step)}`}
              row={(checkpoint) => <Waiting checkpoint={checkpoint} run={byId.get(checkpoint.run_id)} />}
            />
          )}
        </Block>
        <Block title="Running" count={running.length} to="/runs">
          {!runs.data ? (
            <Loading lines={2} />
          ) : running.length === 0 ? (
            <Nothing>Nothing is running.</Nothing>
          ) : (
            <RunList label="Running" runs={running} />
          )}
        </Block>
        <Block title="Just broke" count={broken.length} to="/runs?status=failed" tone="bad">
          {!runs.data ? (
            <Loading lines={2} />
          ) : broken.length === 0 ? (
            <Nothing>Nothing failed in the last 24 hours.</Nothing>
          ) : (
            <RunList label="Just broke" runs={broken} />
          )}
        </Block>
        <Block title="Run something" to="/library">
          <Usual />
        </Block>
      </div>
      <Strip />
      {all.length > 0 && <Ended runs={all.filter(({ finished_at }) => finished_at !== null)} />}
    </div>
  );
}

/** How what was run lately came out, whoever ran it. */
function Ended({ runs }: { runs: Run[] }) {
  return (
    <Section title="Ended last" className="mt-4">
      <List
        label="Ended last"
        items={runs.slice(0, 5)}
        idOf={({ id }) => id}
        to={({ id }) => `/runs/${id}`}
        row={(run) => <RunRow run={run} />}
      />
    </Section>
  );
}

/** What I said no to myself broke nothing. */
function rejectedBy({ status, checkpoints }: Run, person: string | undefined): boolean {
  return (
    status === "rejected" &&
    checkpoints.some(({ votes }) =>
      votes.some(({ by, decision }) => decision === "reject" && by.id === person),
    )
  );
}

function newest(runs: Run[]): Run[] {
  return [...new Map(runs.map((run) => [run.id, run])).values()].sort((a, b) => (a.id < b.id ? 1 : -1));
}

function Block({
  title,
  count,
  to,
  tone,
  children,
}: {
  title: string;
  count?: number | undefined;
  to: string;
  tone?: "warn" | "bad";
  children: ReactNode;
}) {
  const loud = count
    ? tone === "warn"
      ? "text-warn"
      : tone === "bad"
        ? "text-bad"
        : "text-muted"
    : "text-faint";
  return (
    <section aria-label={title} className="min-w-0 border-b lg:odd:border-r">
      <h2 className="flex min-h-11 items-center gap-2 px-4 font-semibold md:px-6">
        <Link to={to} className="hover:text-accent">
          {title}
        </Link>
        {count !== undefined && <span className={`tabular-nums ${loud}`}>{count}</span>}
      </h2>
      <div className="lg:min-h-24">{children}</div>
    </section>
  );
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className="px-4 pt-1 pb-3 text-muted md:px-6">{children}</p>;
}

function RunList({ label, runs }: { label: string; runs: Run[] }) {
  return (
    <List
      label={label}
      items={runs.slice(0, 5)}
      idOf={({ id }) => id}
      to={({ id }) => `/runs/${id}`}
      row={(run) => <RunRow run={run} short />}
    />
  );
}

function Waiting({ checkpoint, run }: { checkpoint: Checkpoint; run: Run | undefined }) {
  return (
    <div className="grid min-h-11 grid-cols-[auto_minmax(0,1fr)] gap-x-3 px-4 pt-1 pb-2.5 md:px-6">
      <span className="pt-0.5">
        <StatusIcon status="waiting" titled />
      </span>
      <span className="min-w-0">
        <span className="flex items-baseline gap-3">
          <span className="foreign min-w-0 flex-1 truncate font-medium">
            {oneLine(checkpoint.prompt || `Go on with ${checkpoint.step}?`)}
          </span>
          <Time at={checkpoint.created_at} className="text-muted" />
        </span>
        <AskedFor checkpoint={checkpoint} run={run} near />
      </span>
    </div>
  );
}

/** What people start with. */
const STARTERS = ["quickstart", "workflow-deploy", "git-commit-and-push", "list"];

/** What is run here most, else what people start with; one press opens it with its plan. */
function Usual() {
  const commands = useQuery(commandsQuery);
  if (!commands.data) return <Loading lines={3} />;
  const used = commands.data.filter(({ usage_count }) => usage_count > 0);
  const starters = STARTERS.flatMap((slug) => commands.data.find((command) => command.slug === slug) ?? []);
  const shown = [...new Set([...used.sort((a, b) => b.usage_count - a.usage_count), ...starters])].slice(
    0,
    4,
  );
  return (
    <ul>
      {shown.map((command) => (
        <li key={command.slug} className="border-b">
          <UsualRow command={command} />
        </li>
      ))}
      <li className="px-4 py-2.5 md:px-6">
        <Button onClick={() => openPalette()} keys="mod+K">
          <Search size={13} aria-hidden="true" /> Find another
        </Button>
      </li>
    </ul>
  );
}

function UsualRow({ command }: { command: Command }) {
  return (
    <button
      type="button"
      onClick={() => openPalette({ command: { slug: command.slug } })}
      className="grid min-h-11 w-full grid-cols-[minmax(0,1fr)_auto] items-center gap-3 px-4 text-left hover:bg-hover focus-visible:-outline-offset-2 md:px-6"
    >
      <span className="min-w-0">
        <span className="flex items-baseline gap-2">
          <span className="foreign truncate font-mono text-sm">{oneLine(command.name, 120)}</span>
          {command.effect === "destructive" && <EffectMark effect={command.effect} />}
        </span>
        <span className="foreign block truncate text-muted text-sm">{oneLine(command.description, 140)}</span>
      </span>
      {command.usage_count > 0 && (
        <span className="text-faint text-sm tabular-nums">{command.usage_count}× in all</span>
      )}
    </button>
  );
}
