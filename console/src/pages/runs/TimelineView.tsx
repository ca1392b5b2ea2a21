/** The run in one picture: which step waited for which, and what each did when, to scale. */
import { type KeyboardEvent, useRef } from "react";
import type { Run, RunEvent } from "../../api/types.ts";
import { StatusIcon, statusColour, statusWord } from "../../components/Status.tsx";
import { durationText, useNow } from "../../components/Time.tsx";
import { visible } from "../../components/visible.ts";
import { type Bar, type Edge, type Row, scaleOf, type TimeScale, timelineOf } from "./timeline.ts";

const ROW_PX = 32;
const LANE_PX = 14;

export function TimelineView({
  run,
  events,
  selected,
  onSelect,
}: {
  run: Run;
  events: RunEvent[];
  selected: string | null;
  onSelect(id: string): void;
}) {
  const over = run.finished_at !== null;
  const now = useNow(run.status === "running" || run.status === "rolling_back" ? 250 : 1_000, !over);
  const line = timelineOf(run, events, now);
  const scale = scaleOf(line.rows, line.from, line.to);
  const { place } = scale;
  const gutter = Math.min(line.lanes, 8) * LANE_PX + 14;
  const list = useRef<HTMLDivElement>(null);
  const forward = line.rows.filter((row) => !row.undo);
  const undone = line.rows.filter((row) => row.undo);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = line.rows.findIndex(({ id }) => id === selected);
    const next = line.rows[Math.min(Math.max(at + step, 0), line.rows.length - 1)];
    if (!next) return;
    onSelect(next.id);
    list.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(next.id)}"]`)?.focus();
  };
  const rows = (some: Row[], reverse: boolean) => (
    <div className="relative">
      {!reverse && <Graph rows={some} edges={line.edges} width={gutter} />}
      {some.map((row) => (
        <button
          key={row.id}
          type="button"
          role="option"
          aria-selected={row.id === selected}
          tabIndex={row.id === selected || (selected === null && row === line.rows[0]) ? 0 : -1}
          data-step={row.id}
          onClick={() => onSelect(row.id)}
          className="group flex w-full items-center text-left hover:bg-hover focus-visible:-outline-offset-2 aria-selected:bg-selected"
          style={{ height: ROW_PX, paddingLeft: reverse ? 8 : gutter }}
        >
          <span className="flex w-40 shrink-0 items-center gap-1.5 pr-2 lg:w-44">
            {reverse && <StatusIcon status={row.status} />}
            <span className="foreign truncate font-mono text-sm" title={row.id}>
              {reverse ? `undo ${visible(row.step.id)}` : visible(row.step.id)}
            </span>
            <span className="sr-only">{statusWord(row.status)}</span>
          </span>
          <Bars row={row} place={place} now={line.to} back={reverse} />
          <span
            className="w-24 shrink-0 whitespace-nowrap pr-3 text-right text-muted text-sm tabular-nums"
            title={
              row.bars.some(({ about }) => about)
                ? "Its start and its end were reported together: how long it took is not known exactly."
                : undefined
            }
          >
            {took(row, line.to)}
          </span>
        </button>
      ))}
    </div>
  );
  return (
    <div
      ref={list}
      role="listbox"
      aria-label="Steps"
      onKeyDown={onKeyDown}
      tabIndex={-1}
      className="min-h-0 overflow-auto py-1"
    >
      <div className="min-w-[22rem]">
        <Scale of={scale} left={gutter} />
        {rows(forward, false)}
        {undone.length > 0 && (
          <>
            <p className="flex items-center gap-1.5 border-t px-2 pt-2 pb-1 font-medium text-sm text-warn">
              <StatusIcon status="undone" size={12} /> Rolled back, newest first
            </p>
            {rows(undone, true)}
          </>
        )}
      </div>
    </div>
  );
}

function took(row: Row, now: number): string {
  const work = row.bars.filter(({ kind }) => kind === "run" || kind === "undo");
  if (work.length === 0) return row.status === "skipped" ? "skipped" : "";
  const { started_at, finished_at } = row.step;
  // With its pauses between attempts, and its timers.
  const whole = row.undo || started_at === null || finished_at === null ? 0 : finished_at - started_at;
  const ms = whole || work.reduce((sum, bar) => sum + Math.max(0, (bar.to ?? now) - bar.from), 0);
  return ms === 0 ? "" : `${work.some(({ about }) => about) ? "about " : ""}${durationText(ms)}`;
}

type Place = TimeScale["place"];

function Scale({ of: { place, breaks, marks }, left }: { of: TimeScale; left: number }) {
  return (
    <div aria-hidden="true" className="flex h-5 items-end" style={{ paddingLeft: left }}>
      <span className="w-40 shrink-0 lg:w-44" />
      <span className="relative h-full flex-1">
        {/* After a long break two marks may be told by the same words. */}
        {marks
          .filter(({ ms }, index) => markText(ms) !== markText(marks[index - 1]?.ms))
          .map(({ at, ms }, index) => (
            <span
              key={at}
              className={`${marks.length > 2 && index % 2 === 1 ? "max-sm:hidden" : ""} absolute bottom-0 whitespace-nowrap border-l pl-1 text-faint text-xs tabular-nums leading-4`}
              style={{ left: `${100 * at}%` }}
            >
              {markText(ms)}
            </span>
          ))}
        {breaks.map(([from, to]) => (
          <span
            key={from}
            title={`Drawn shorter than it was: nothing ran for ${durationText(to - from)}.`}
            className="absolute bottom-0 overflow-hidden whitespace-nowrap border-x border-dashed text-center text-faint text-xs tabular-nums leading-4"
            style={{ left: `${100 * place(from)}%`, width: `${100 * (place(to) - place(from))}%` }}
          >
            {place(to) - place(from) > 0.15 ? `⁄⁄ ${shortly(to - from)}` : "⁄⁄"}
          </span>
        ))}
      </span>
      <span className="w-24 shrink-0" />
    </div>
  );
}

const markText = (ms: number | undefined) => (ms === undefined ? "" : ms === 0 ? "0" : durationText(ms));

/** Its largest unit: there is no room for more. */
const shortly = (ms: number) => durationText(ms).split(" ").slice(0, 2).join(" ");

const LOOKS: { [kind in Bar["kind"]]: string } = {
  run: "h-3.5 bg-current",
  undo: "h-3.5 bg-current",
  wait: "h-3.5 hatched border border-current",
  queue: "h-px bg-current opacity-60",
  pause: "h-px bg-current opacity-60",
};

function Bars({ row, place, now, back }: { row: Row; place: Place; now: number; back: boolean }) {
  const runs = row.bars.filter(({ kind }) => kind === "run");
  return (
    <span aria-hidden="true" className="relative h-full flex-1">
      {row.bars.map((bar, index) => {
        const left = 100 * place(bar.from);
        const width = 100 * place(bar.to ?? now) - left;
        return (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: bars only ever follow each other
            key={index}
            title={`${statusWord(bar.status)}, ${durationText((bar.to ?? now) - bar.from)}${bar.attempt && bar.attempt > 1 ? `, attempt ${bar.attempt}` : ""}`}
            className={`absolute top-1/2 -translate-y-1/2 rounded-[2px] ${LOOKS[bar.kind]} ${
              bar.kind === "queue" ||
              bar.kind === "pause" ||
              (bar.kind === "wait" && runs.length > 0 && bar.from >= (runs[0]?.from ?? 0))
                ? "text-faint"
                : statusColour(bar.status)
            }`}
            style={{ left: `min(${left}%, calc(100% - 3px))`, width: `max(3px, ${width}%)` }}
          >
            {bar.kind === "undo" && back && (
              <span className="absolute top-1/2 right-full -translate-y-1/2 pr-0.5 text-xs leading-none">
                ‹
              </span>
            )}
          </span>
        );
      })}
      {runs.slice(1).map((bar) => (
        <span
          key={bar.from}
          className="absolute top-1 h-6 border-warn border-l-2"
          style={{ left: `${100 * place(bar.from)}%` }}
        />
      ))}
    </span>
  );
}

/** Lines from each step to what it needed, as beside a log of commits. */
function Graph({ rows, edges, width }: { rows: Row[]; edges: Edge[]; width: number }) {
  const x = (lane: number) => Math.min(lane, 7) * LANE_PX + 14;
  const y = (row: number) => row * ROW_PX + ROW_PX / 2;
  return (
    <>
      <svg
        aria-hidden="true"
        width={width}
        height={rows.length * ROW_PX}
        className="pointer-events-none absolute top-0 left-0 text-line-strong"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      >
        {edges.map(({ from, to, fromLane, toLane }) => {
          const a = { x: x(fromLane), y: y(from) + 8 };
          const b = { x: x(toLane), y: y(to) - 8 };
          // Along the column of the one that is further right: the others are free to go on.
          const path =
            fromLane === toLane
              ? `M${a.x} ${a.y}V${b.y}`
              : fromLane < toLane
                ? `M${a.x} ${a.y}C${a.x} ${a.y + 10} ${b.x} ${a.y + 2} ${b.x} ${a.y + 14}V${b.y}`
                : `M${a.x} ${a.y}V${b.y - 14}C${a.x} ${b.y - 2} ${b.x} ${b.y - 10} ${b.x} ${b.y}`;
          return <path key={`${from} ${to}`} d={path} />;
        })}
      </svg>
      {rows.map((row, index) => (
        <span
          key={row.id}
          className="pointer-events-none absolute"
          style={{ left: x(row.lane) - 7, top: y(index) - 7 }}
        >
          <StatusIcon status={row.status} />
        </span>
      ))}
    </>
  );
}
