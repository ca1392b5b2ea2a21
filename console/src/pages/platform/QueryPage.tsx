/** One SELECT over the workspace's own rows, beside the tables it may name. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { api, ask } from "../../api/client.ts";
import { saying } from "../../api/problem.ts";
import { Button } from "../../components/Button.tsx";
import { Code } from "../../components/Code.tsx";
import { Loading, Problem } from "../../components/Empty.tsx";
import { Field, TextArea } from "../../components/Field.tsx";
import { Page } from "../../components/Page.tsx";
import { oneLine } from "../../components/visible.ts";
import { PlatformTabs } from "./PlatformTabs.tsx";

const EXAMPLE =
  "SELECT command, status, count(*) AS runs\nFROM workflow_executions\nGROUP BY command, status\nORDER BY runs DESC";

export function QueryPage() {
  const [sql, setSql] = useState(EXAMPLE);
  const tables = useQuery({
    queryKey: ["tables"],
    staleTime: 60_000,
    queryFn: async () => (await ask(api.GET("/api/db/tables"))).items,
  });
  const run = useMutation({
    mutationFn: (text: string) =>
      ask(api.POST("/api/db/query", { body: { sql: text, params: [], limit: 200 } })),
  });
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      run.mutate(event.currentTarget.value);
    }
  };
  const { data } = run;
  /** A column of numbers, as far as it holds anything. */
  const numeric = (at: number) =>
    data?.rows.some((row) => row[at] !== null) === true &&
    data.rows.every((row) => row[at] === null || typeof row[at] === "number");
  return (
    <Page title="Query">
      <PlatformTabs />
      {/* As high as the window, so that the line between the two goes to its foot. */}
      <div className="grid lg:-mb-16 lg:min-h-[calc(100dvh-8.75rem)] lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0 lg:border-r">
          <div className="grid gap-2 px-4 py-3 md:px-6">
            <Field label="One SELECT">
              {(wear) => (
                <TextArea
                  {...wear}
                  mono
                  rows={6}
                  value={sql}
                  onKeyDown={onKeyDown}
                  onChange={(event) => setSql(event.target.value)}
                />
              )}
            </Field>
            <div className="flex flex-wrap items-center gap-3">
              <Button look="primary" keys="mod+Enter" busy={run.isPending} onClick={() => run.mutate(sql)}>
                Run the query
              </Button>
              {data && data.rows.length > 0 && (
                <Button look="quiet" onClick={() => saveCsv(data.columns, data.rows)}>
                  Save as CSV
                </Button>
              )}
              {data && (
                <span role="status" className="text-muted text-sm tabular-nums">
                  {data.rows.length} {data.rows.length === 1 ? "row" : "rows"}
                  {data.truncated && ", there are more"}, {data.rows_read} read in {data.duration_ms} ms
                </span>
              )}
            </div>
            {run.error && (
              <p role="alert" className="foreign rounded bg-bad-soft px-2.5 py-1.5 text-bad">
                {saying(run.error)}
              </p>
            )}
            {data && data.rows.length === 0 && (
              <p className="text-muted">The query is right, and no row is like that.</p>
            )}
          </div>
          {data && data.rows.length > 0 && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            <section aria-label="Rows" tabIndex={0} className="overflow-x-auto border-t pb-4">
              <table aria-label="Result" className="w-full">
                <thead>
                  <tr className="border-b text-left">
                    {data.columns.map((column, at) => (
                      <th
                        key={column}
                        scope="col"
                        className={`px-2 py-1.5 font-medium first:pl-4 last:pr-4 md:first:pl-6 md:last:pr-6 ${numeric(at) ? "text-right" : ""}`}
                      >
                        {oneLine(column, 80)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {data.rows.map((row, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
                    <tr key={index} className="border-b align-baseline hover:bg-hover">
                      {row.map((value, at) => (
                        <td
                          key={data.columns[at]}
                          className={`max-w-96 truncate px-2 py-1 font-mono text-sm first:pl-4 last:pr-4 md:first:pl-6 md:last:pr-6 ${numeric(at) ? "text-right tabular-nums" : "foreign"}`}
                          title={value === null ? undefined : oneLine(String(value), 1_000)}
                        >
                          {value === null ? (
                            <span className="text-faint">null</span>
                          ) : (
                            oneLine(String(value), 300)
                          )}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          )}
        </div>
        <aside aria-label="Tables" className="min-w-0 max-lg:border-t">
          <h2 className="px-4 py-2.5 font-semibold">Tables</h2>
          {!tables.data ? (
            tables.error ? (
              <Problem error={tables.error} retry={() => void tables.refetch()} />
            ) : (
              <Loading lines={8} label="Loading tables" />
            )
          ) : (
            <ul>
              {tables.data.map(({ name, description, rows, columns }) => (
                <li key={name} className="border-t">
                  <details>
                    <summary className="px-4 py-1.5">
                      <Code className="font-medium">{name}</Code>{" "}
                      <span className="text-muted text-sm tabular-nums">
                        {rows} {rows === 1 ? "row" : "rows"}
                      </span>
                    </summary>
                    <div className="grid gap-1 px-4 pb-2">
                      <p className="text-muted text-sm">{description}</p>
                      <p className="foreign text-sm">
                        {columns.map((column) => (
                          <span key={column.name} className="mr-2 inline-block">
                            <Code>{column.name}</Code>{" "}
                            <span className="text-faint text-xs">{column.type.toLowerCase()}</span>
                          </span>
                        ))}
                      </p>
                      <div>
                        <Button
                          look="quiet"
                          onClick={() =>
                            setSql(`SELECT ${columns.map((column) => column.name).join(", ")}\nFROM ${name}`)
                          }
                        >
                          Look at it
                        </Button>
                      </div>
                    </div>
                  </details>
                </li>
              ))}
            </ul>
          )}
        </aside>
      </div>
    </Page>
  );
}

/** The rows as a file: commas, quotes where they are needed, and nothing a spreadsheet would take for a formula. */
function saveCsv(columns: readonly string[], rows: readonly (readonly unknown[])[]): void {
  const cell = (value: unknown) => {
    const text = value === null ? "" : String(value);
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = [columns, ...rows].map((line) => line.map(cell).join(","));
  const address = URL.createObjectURL(new Blob([`${lines.join("\r\n")}\r\n`], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "query.csv";
  link.click();
  // Not at once: the browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
