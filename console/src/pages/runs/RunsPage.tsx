/** Every run there was: narrowed, counted, compared. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { queryClient, type RunFilters, runPagesQuery, runStatsQuery, runsQuery } from "../../api/queries.ts";
import type { Run } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Durations, median, Rate } from "../../components/Charts.tsx";
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { List } from "../../components/List.tsx";
import { Page } from "../../components/Page.tsx";
import { durationText, exactTime } from "../../components/Time.tsx";
import { openPalette } from "../../palette/open.ts";
import { Compare } from "./Compare.tsx";
import { Filters } from "./Filters.tsx";
import { type RunSearch, SINCE } from "./filters.ts";
import { RunRow } from "./RunRow.tsx";

export function RunsPage() {
  const search = useSearch({ from: "/runs" });
  const [left, right] = (search.compare ?? "").split(",");
  return left && right ? <Compare left={left} right={right} /> : <Runs search={search} />;
}

function Runs({ search }: { search: RunSearch }) {
  const navigate = useNavigate();
  const filters = useFilters(search);
  const pages = useInfiniteQuery(runPagesQuery(filters));
  const fresh = useFreshRuns(filters);
  const runs = useMemo(
    () => merged(fresh, pages.data?.pages.flatMap(({ items }) => items) ?? []),
    [fresh, pages.data],
  );
  const [marked, setMarked] = useState<string[]>([]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const narrowed = Object.keys(search).length > 0;
  return (
    <Page
      title="Runs"
      wide
      beside={search.command && <CommandFigures command={search.command} />}
      actions={
        marked.length > 0 && (
          <>
            <Button
              look="primary"
              disabled={marked.length !== 2}
              onClick={() =>
                void navigate({
                  to: "/runs",
                  search: { ...search, compare: [...marked].reverse().join(",") },
                })
              }
            >
              {marked.length === 2 ? "Compare the two" : "Mark one more to compare"}
            </Button>
            <Button look="quiet" onClick={() => setMarked([])}>
              Unmark
            </Button>
          </>
        )
      }
    >
      <Filters search={search} runs={runs} />
      <div className="flex min-h-0 flex-1 border-t">
        {pages.isPending ? (
          <div className="flex-1">
            <Loading lines={12} label="Loading runs" />
          </div>
        ) : runs.length === 0 ? (
          <div className="flex-1">
            {pages.error ? (
              <Problem error={pages.error} retry={() => void pages.refetch()} />
            ) : narrowed ? (
              <Empty
                title="No run fits what you look for."
                action={
                  <Button onClick={() => void navigate({ to: "/runs", search: {} })}>Show all runs</Button>
                }
              >
                Words are looked for in commands, arguments and notes. Take a word or a filter away to see
                more.
              </Empty>
            ) : (
              <Empty
                title="Nothing has run yet."
                action={
                  <Button look="primary" keys="mod+K" onClick={() => openPalette()}>
                    Run a command
                  </Button>
                }
              >
                Every run stays here with its log, its results and who approved what.
              </Empty>
            )}
          </div>
        ) : (
          <div className="flex min-w-0 flex-1 flex-col">
            {pages.error && <Problem error={pages.error} retry={() => void pages.refetch()} />}
            <List
              label="Runs"
              virtual
              items={runs}
              idOf={({ id }) => id}
              to={({ id }) => `/runs/${id}`}
              row={(run) => <RunRow run={run} />}
              beside={(run) => (
                <label className="flex h-full cursor-pointer items-center pl-3 max-sm:hidden">
                  <input
                    type="checkbox"
                    aria-label={`Mark ${run.command} of ${exactTime(run.created_at)} to compare`}
                    className="size-3.5 accent-(--accent)"
                    checked={marked.includes(run.id)}
                    onChange={({ target }) =>
                      setMarked((old) =>
                        target.checked ? [...old, run.id].slice(-2) : old.filter((id) => id !== run.id),
                      )
                    }
                  />
                </label>
              )}
              onEnd={onEnd}
              foot={
                <p role="status" className="px-6 py-3 text-faint text-sm">
                  {isFetchingNextPage
                    ? "Loading more…"
                    : hasNextPage
                      ? ""
                      : `${runs.length.toLocaleString()} runs, that is all.`}
                </p>
              }
            />
          </div>
        )}
        {!search.command && <ByCommand search={search} />}
      </div>
    </Page>
  );
}

/** "last 24 hours" is a moment: fixed while the choice stays, so that a list does not ask anew at every rendering. */
function useFilters({ status, command, by, since, text }: RunSearch): RunFilters {
  return useMemo(
    () => ({
      status,
      command,
      requested_by: by,
      text,
      since: since ? Math.floor((Date.now() - (SINCE[since]?.ms ?? 0)) / 60_000) * 60_000 : undefined,
    }),
    [status, command, by, since, text],
  );
}

/** The newest runs, looked at again and again: what is new comes in at the head, what moved is shown as it is. */
function useFreshRuns(filters: RunFilters): Run[] {
  const newest = useQuery(runsQuery(filters));
  useEffect(() => {
    for (const run of newest.data?.items ?? []) queryClient.setQueryData(["runs", "one", run.id], run);
  }, [newest.data]);
  return newest.data?.items ?? [];
}

function merged(fresh: readonly Run[], older: readonly Run[]): Run[] {
  const byId = new Map(older.map((run) => [run.id, run]));
  for (const run of fresh) byId.set(run.id, run);
  return [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
}

function CommandFigures({ command }: { command: string }) {
  const stats = useQuery(runStatsQuery);
  const own = stats.data?.commands.find((one) => one.command === command);
  if (!own) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-sm">
      <span className="font-mono">{command}</span>
      <span>run {own.runs}× in 30 days</span>
      <Rate succeeded={own.succeeded} failed={own.failed} said />
      {own.durations_ms.length > 0 && (
        <span className="inline-flex items-center gap-2">
          how long each took
          <Durations ms={own.durations_ms} />
          <Typically worked={own.durations_ms} waited={own.waited_ms} />
        </span>
      )}
    </div>
  );
}

/** How long it is at work, and apart from that how long people take to decide. */
function Typically({ worked, waited }: { worked: readonly number[]; waited: readonly number[] }) {
  const wait = waitWords(waited);
  return (
    <span>
      typically {durationText(median(worked))}
      {wait && <span className="text-faint">, {wait}</span>}
    </span>
  );
}

/** "" where most of them waited for nobody. */
function waitWords(waited: readonly number[]): string {
  const middle = median(waited);
  return middle > 0 ? `plus ${durationText(middle)} of waiting for people` : "";
}

function ByCommand({ search }: { search: RunSearch }) {
  const stats = useQuery(runStatsQuery);
  const commands = stats.data?.commands.slice(0, 30) ?? [];
  if (commands.length === 0) return null;
  return (
    <aside aria-label="By command" className="hidden w-72 shrink-0 overflow-y-auto border-l xl:block">
      <h2 className="px-4 pt-3 font-semibold">By command, last 30 days</h2>
      <p className="px-4 pb-1 text-faint text-sm">runs, succeeded, typical time at work</p>
      {stats.data?.partial && <p className="px-4 pb-1 text-faint text-sm">of the newest 2,000 runs</p>}
      <ul>
        {commands.map(({ command, runs, succeeded, failed, durations_ms, waited_ms }) => (
          <li key={command}>
            <Link
              to="/runs"
              search={{ ...search, command }}
              className="grid gap-y-1 border-b px-4 py-2 hover:bg-hover focus-visible:-outline-offset-2"
            >
              <span className="flex items-baseline justify-between gap-3">
                <span className="min-w-0 truncate font-mono text-sm">{command}</span>
                <span className="text-muted text-sm tabular-nums">{runs}×</span>
              </span>
              <span className="grid grid-cols-[minmax(0,1fr)_4rem_4.5rem] items-center gap-2">
                <Rate succeeded={succeeded} failed={failed} />
                {durations_ms.length > 0 ? (
                  <>
                    <Durations ms={durations_ms.slice(-16)} width={64} height={14} />
                    <span
                      className="whitespace-nowrap text-right text-muted text-sm tabular-nums"
                      title={waitWords(waited_ms)}
                    >
                      {durationText(median(durations_ms))}
                    </span>
                  </>
                ) : null}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </aside>
  );
}
