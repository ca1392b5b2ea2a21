/** Two runs beside each other: what was different about them, step by step. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { runQuery } from "../../api/queries.ts";
import type { Run, RunStep } from "../../api/types.ts";
import { buttonLook } from "../../components/Button.tsx";
import { Loading, Problem } from "../../components/Empty.tsx";
import { Page } from "../../components/Page.tsx";
import { Status, StatusIcon, statusWord } from "../../components/Status.tsx";
import { durationText, exactTime } from "../../components/Time.tsx";
import { oneLine, valueText } from "../../components/visible.ts";
import { endOf, statusOf } from "./timeline.ts";

export function Compare({ left, right }: { left: string; right: string }) {
  const a = useQuery(runQuery(left));
  const b = useQuery(runQuery(right));
  const error = a.error ?? b.error;
  return (
    <Page
      title="Two runs beside each other"
      actions={
        <Link to="/runs" search={(old) => ({ ...old, compare: undefined })} className={buttonLook()}>
          Back to the runs
        </Link>
      }
    >
      {a.data && b.data ? <Table a={a.data} b={b.data} /> : error ? <Problem error={error} /> : <Loading />}
    </Page>
  );
}

function took(of: { started_at: number | null; finished_at: number | null }): number | null {
  return of.started_at === null || of.finished_at === null ? null : of.finished_at - of.started_at;
}

/** As the run's own page counts it: since it was asked for. */
function runTook({ created_at, finished_at }: Run): number | null {
  return finished_at === null ? null : finished_at - created_at;
}

const CELLS =
  "[&_tr]:border-b [&_th]:text-left [&_th]:font-medium [&_td]:align-baseline [&_th]:align-baseline [&_td]:wrap-anywhere [&_th]:wrap-anywhere md:[&_td]:py-1.5 md:[&_td]:pr-4 md:[&_th]:py-1.5 md:[&_th]:pr-4";
/** On a phone each row is two lines: what it is and whether it differs, then the two runs beside each other. */
const STACKED =
  "max-md:block max-md:[&>*]:block max-md:[&_tr]:grid max-md:[&_tr]:grid-cols-2 max-md:[&_tr]:gap-x-4 max-md:[&_tr]:gap-y-0.5 max-md:[&_tr]:py-2 max-md:[&_td:last-child]:order-1 max-md:[&_td:last-child]:text-right max-md:[&_td:not(:last-child)]:order-2 max-md:[&_tbody_th]:text-muted";

function Table({ a, b }: { a: Run; b: Run }) {
  const names = (x: object, y: object) => [...new Set([...Object.keys(x), ...Object.keys(y)])];
  const ids = [...new Set([...a.steps, ...b.steps].map(({ id }) => id))];
  const cell = (one: RunStep | undefined, run: Run) =>
    one ? (
      <span className="inline-flex items-baseline gap-1.5">
        <span className="translate-y-0.5">
          <StatusIcon status={endOf(one, run)} titled />
        </span>
        <span>
          {took(one) ? durationText(took(one) ?? 0) : statusWord(statusOf(one, run))}
          {endOf(one, run) === "undone" && <span className="text-muted">, then undone</span>}
        </span>
        {one.attempt > 1 && <span className="text-muted">, {one.attempt} attempts</span>}
      </span>
    ) : (
      <span className="text-faint">not in it</span>
    );
  return (
    <div className="px-4 md:px-6">
      <table className={`w-full border-collapse md:table-fixed ${CELLS} ${STACKED}`}>
        <thead>
          <tr>
            <th scope="col" className="md:w-48 max-md:sr-only">
              <span className="sr-only">What</span>
            </th>
            {[a, b].map((run, index) => (
              <th key={run.id} scope="col">
                <Heading run={run} other={index === 0 ? b : a} />
              </th>
            ))}
            <th scope="col" className="md:w-32 max-md:sr-only">
              Difference
            </th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Status</th>
            <td>
              <Status status={a.status} />
            </td>
            <td>
              <Status status={b.status} />
            </td>
            <td>{a.status === b.status ? "" : <Changed />}</td>
          </tr>
          <Took label="Took" a={runTook(a)} b={runTook(b)} />
          <tr>
            <th scope="row">Asked by</th>
            <td className="foreign">{oneLine(a.requested_by.name, 100)}</td>
            <td className="foreign">{oneLine(b.requested_by.name, 100)}</td>
            <td>{a.requested_by.id === b.requested_by.id ? "" : <Changed />}</td>
          </tr>
          <tr>
            <th scope="row">Version</th>
            <td>{a.command_version}</td>
            <td>{b.command_version}</td>
            <td>{a.command_version === b.command_version ? "" : <Changed />}</td>
          </tr>
          {names(a.args, b.args).map((name) => {
            const [x, y] = [valueText(a.args[name]), valueText(b.args[name])];
            return (
              <tr key={`arg ${name}`}>
                <th scope="row" className="foreign font-mono text-sm">
                  {name}
                </th>
                <td className="foreign font-mono text-sm">
                  {oneLine(x) || <span className="text-faint">–</span>}
                </td>
                <td className="foreign font-mono text-sm">
                  {oneLine(y) || <span className="text-faint">–</span>}
                </td>
                <td>{x === y ? "" : <Changed />}</td>
              </tr>
            );
          })}
          {ids.map((id) => {
            const [x, y] = [a, b].map(({ steps }) => steps.find((step) => step.id === id));
            const [tx, ty] = [x ? took(x) : null, y ? took(y) : null];
            return (
              <tr key={`step ${id}`}>
                <th scope="row" className="foreign font-mono text-sm">
                  {id}
                </th>
                <td>{cell(x, a)}</td>
                <td>{cell(y, b)}</td>
                <td>
                  {x &&
                    y &&
                    (endOf(x, a) !== endOf(y, b) ? <Changed /> : <Slower a={tx ?? null} b={ty ?? null} />)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Which of the two it is: the earlier or the later one, its id, when and by whom. */
function Heading({ run, other }: { run: Run; other: Run }) {
  return (
    <>
      <span className="block">
        {run.id < other.id ? "Earlier" : "Later"}{" "}
        <Link
          to="/runs/$id"
          params={{ id: run.id }}
          className="whitespace-nowrap font-mono text-accent text-sm hover:underline"
        >
          {`run_…${run.id.slice(-6)}`}
        </Link>
      </span>
      <span className="block font-normal text-muted text-sm">{exactTime(run.created_at)}</span>
      <span className="foreign block font-normal text-muted text-sm">
        <code>{run.command}</code> by {oneLine(run.requested_by.name, 100)}
      </span>
    </>
  );
}

function Changed() {
  return <span className="rounded-sm bg-warn-soft px-1.5 text-sm text-warn">different</span>;
}

function Took({ label, a, b }: { label: string; a: number | null; b: number | null }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>{a === null ? "–" : durationText(a)}</td>
      <td>{b === null ? "–" : durationText(b)}</td>
      <td>
        <Slower a={a} b={b} />
      </td>
    </tr>
  );
}

/** Only what one would notice: half as long again, and more than 100 ms. */
function Slower({ a, b }: { a: number | null; b: number | null }) {
  if (a === null || b === null || Math.abs(a - b) < 100 || Math.max(a, b) < 1.5 * Math.min(a, b)) return null;
  return (
    <span className="text-muted text-sm tabular-nums">
      {b > a ? `${durationText(b - a)} longer` : `${durationText(a - b)} shorter`}
    </span>
  );
}
