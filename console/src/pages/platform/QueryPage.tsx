/** One SELECT over the workspace's own rows, beside the tables it may name. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { api, ask } from "../../api/client.ts";
import { saying } from "../../api/problem.ts";
import { Button } from "../../components/Button.tsx";
import { Code } from "../../components/Code.tsx";
import { Loading, Problem } from "../../components/Empty.tsx";
import { TextArea } from "../../components/Field.tsx";
import { Page } from "../../components/Page.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { oneLine } from "../../components/visible.ts";
import { PLATFORM_TABS } from "./tabs.ts";

const EXAMPLE =
  "SELECT command, status, count(*) AS runs\nFROM runs\nGROUP BY command, status\nORDER BY runs DESC";

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
  return (
    <Page title="Query">
      <Tabs of={PLATFORM_TABS} label="Platform" />
      <div className="grid lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0 lg:border-r">
          <div className="grid gap-2 px-4 py-3 md:px-6">
            <TextArea
              mono
              aria-label="One SELECT"
              rows={6}
              value={sql}
              onKeyDown={onKeyDown}
              onChange={(event) => setSql(event.target.value)}
            />
            <div className="flex flex-wrap items-center gap-3">
              <Button look="primary" keys="mod+Enter" busy={run.isPending} onClick={() => run.mutate(sql)}>
                Run the query
              </Button>
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
          </div>
          {data && data.columns.length > 0 && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            <section aria-label="Rows" tabIndex={0} className="overflow-x-auto border-t pb-4">
              <table aria-label="Result" className="w-full">
                <thead>
                  <tr className="border-b text-left">
                    {data.columns.map((column) => (
                      <th
                        key={column}
                        scope="col"
                        className="px-2 py-1.5 font-medium first:pl-4 md:first:pl-6"
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
                          className={`max-w-96 truncate px-2 py-1 font-mono text-sm first:pl-4 md:first:pl-6 ${typeof value === "number" ? "text-right tabular-nums" : "foreign"}`}
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
                      <span className="text-muted text-sm tabular-nums">{rows} rows</span>
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
