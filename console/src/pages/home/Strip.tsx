/** The last 30 days: runs and failures as bars, and how long people were waited for. */
import { useQuery } from "@tanstack/react-query";
import { runStatsQuery } from "../../api/queries.ts";
import { Loading } from "../../components/Empty.tsx";
import { Section } from "../../components/Page.tsx";
import { durationText } from "../../components/Time.tsx";

const DAYS = 30;
const DAY_MS = 86_400_000;
const HEIGHT = 96;
const words = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

export function Strip() {
  const stats = useQuery(runStatsQuery);
  if (!stats.data) return <Loading lines={2} label="Loading the last 30 days" />;
  const today = new Date();
  today.setHours(0, 0, 0, 0);
  const byDay = new Map(stats.data.days.map((day) => [new Date(day.day).toDateString(), day]));
  const days = Array.from({ length: DAYS }, (_, index) => {
    // By noon: a day that is an hour longer or shorter is still the same day.
    const at = today.getTime() - (DAYS - 1 - index) * DAY_MS + DAY_MS / 2;
    const found = byDay.get(new Date(at).toDateString());
    return { at, runs: found?.runs ?? 0, failed: found?.failed ?? 0, waited: found?.waited_ms ?? 0 };
  });
  const sum = (of: "runs" | "failed" | "waited") => days.reduce((all, day) => all + day[of], 0);
  const most = Math.max(...days.map(({ runs }) => runs), 1);
  return (
    <Section title="Last 30 days" className="border-t-0">
      <div className="grid gap-3 px-4 md:px-6">
        <dl className="flex flex-wrap gap-x-8 gap-y-1">
          <Figure
            name={stats.data.partial ? "runs and more" : sum("runs") === 1 ? "run" : "runs"}
            value={sum("runs").toLocaleString()}
          />
          <Figure name="failed or rejected" value={sum("failed").toLocaleString()} bad={sum("failed") > 0} />
          <Figure
            name="waited for approvals"
            value={sum("waited") === 0 ? "no time" : durationText(sum("waited"))}
          />
        </dl>
        <svg
          role="img"
          aria-label={`Runs of each day, ${sum("runs")} in all, ${sum("failed")} failed`}
          viewBox={`0 0 ${DAYS * 20} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="h-24 w-full border-b"
        >
          <title>Runs of each day</title>
          {days.map(({ at, runs, failed, waited }, index) => {
            const tall = runs === 0 ? 0 : Math.max(2, (runs / most) * (HEIGHT - 4));
            const bad = runs === 0 ? 0 : (tall * failed) / runs;
            return (
              <g key={at}>
                <title>{`${words.format(at)}: ${runs} runs, ${failed} failed${waited > 0 ? `, waited ${durationText(waited)}` : ""}`}</title>
                <rect x={index * 20 + 2} y="0" width="16" height={HEIGHT} className="fill-transparent" />
                <rect
                  x={index * 20 + 2}
                  y={HEIGHT - tall}
                  width="16"
                  height={tall}
                  className="fill-accent opacity-70"
                />
                <rect x={index * 20 + 2} y={HEIGHT - bad} width="16" height={bad} className="fill-bad" />
              </g>
            );
          })}
        </svg>
        <p className="flex justify-between text-faint text-sm">
          <span>{words.format(days[0]?.at)}</span>
          <span>today</span>
        </p>
      </div>
    </Section>
  );
}

function Figure({ name, value, bad = false }: { name: string; value: string; bad?: boolean }) {
  return (
    <div className="flex flex-row-reverse items-baseline gap-1.5">
      <dt className="text-muted">{name}</dt>
      <dd className={`font-semibold text-lg tabular-nums ${bad ? "text-bad" : ""}`}>{value}</dd>
    </div>
  );
}
