/** Who did what, and whether the trail is whole. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { peopleQuery } from "../../api/place-queries.ts";
import type { AuditEntry } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Code, CodeBlock, Id } from "../../components/Code.tsx";
import { Empty, Problem } from "../../components/Empty.tsx";
import { Select, TextInput } from "../../components/Field.tsx";
import { Page } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { StatusIcon } from "../../components/Status.tsx";
import { Table } from "../../components/Table.tsx";
import { exactTime } from "../../components/Time.tsx";
import { oneLine, valueText } from "../../components/visible.ts";
import { SINCE } from "../runs/filters.ts";
import type { AuditSearch } from "./search.ts";

export function AuditPage() {
  const search = useSearch({ strict: false }) as AuditSearch;
  const navigate = useNavigate();
  const people = useQuery({ ...peopleQuery, enabled: useMay("audit:read") });
  const [action, setAction] = useState(search.action ?? "");
  const put = (next: { [name in keyof AuditSearch]?: AuditSearch[name] | undefined }) =>
    void navigate({ to: "/audit", search: { ...search, ...next } as AuditSearch, replace: true });
  const found = usePaged<AuditEntry>(["audit", search], (cursor) => {
    const span = SINCE[search.since ?? ""];
    return ask(
      api.GET("/api/audit", {
        params: {
          query: {
            limit: 100,
            ...(cursor ? { cursor: Number(cursor) } : {}),
            ...(search.actor ? { actor: search.actor } : {}),
            ...(search.action ? { action: search.action } : {}),
            ...(span ? { since: Date.now() - span.ms } : {}),
          },
        },
      }),
    );
  });
  const actions = [...new Set(found.items?.map((entry) => entry.action))].sort();
  return (
    <Page title="Audit" actions={<Verify />}>
      <search className="flex flex-wrap items-center gap-2 border-b px-4 pb-3 md:px-6">
        <form
          className="contents"
          onSubmit={(event) => {
            event.preventDefault();
            put({ action: action.trim() || undefined });
          }}
        >
          <TextInput
            aria-label="What was done"
            placeholder="What was done, such as token.revoked"
            list="audit-actions"
            className="w-full sm:w-72"
            value={action}
            onChange={(event) => {
              setAction(event.target.value);
              if (event.target.value === "" || actions.includes(event.target.value))
                put({ action: event.target.value || undefined });
            }}
          />
          <datalist id="audit-actions">
            {actions.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </form>
        <Select
          aria-label="Who"
          className="w-auto max-w-48 max-sm:flex-1"
          value={search.actor ?? ""}
          onChange={(event) => put({ actor: event.target.value || undefined })}
        >
          <option value="">anybody</option>
          {people.data?.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          {search.actor && !people.data?.some(({ id }) => id === search.actor) && (
            <option value={search.actor}>{search.actor}</option>
          )}
        </Select>
        <Select
          aria-label="Time"
          className="w-auto max-sm:flex-1"
          value={search.since ?? ""}
          onChange={(event) => put({ since: event.target.value || undefined })}
        >
          <option value="">any time</option>
          {Object.entries(SINCE).map(([name, { words }]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </Select>
        {Object.keys(search).length > 0 && (
          <Button
            look="quiet"
            onClick={() => {
              setAction("");
              void navigate({ to: "/audit", search: {}, replace: true });
            }}
          >
            Show all
          </Button>
        )}
      </search>
      <Paged
        of={found}
        label="Loading the audit trail"
        empty={<Empty title="Nothing was done that is like that." />}
      >
        {(items) => (
          <Table
            label="Audit trail"
            rows={items}
            idOf={({ seq }) => String(seq)}
            columns={[
              {
                head: "When",
                cell: ({ at, seq }) => (
                  <span className="whitespace-nowrap text-muted tabular-nums" title={`entry ${seq}`}>
                    {exactTime(at)}
                  </span>
                ),
              },
              {
                head: "Who",
                cell: ({ actor }) => (
                  <>
                    {oneLine(actor.name, 100)}
                    {actor.type !== "person" && <span className="text-muted text-sm"> {actor.type}</span>}
                  </>
                ),
              },
              { head: "What", cell: (entry) => <Code>{entry.action}</Code> },
              {
                head: "Of",
                cell: ({ target }) =>
                  /^[a-z]+_\w+$/.test(target) ? <Id of={target} /> : <Code>{oneLine(target, 120)}</Code>,
              },
              { head: "Detail", cell: ({ detail }) => <Detail of={detail} /> },
            ]}
          />
        )}
      </Paged>
    </Page>
  );
}

function Detail({ of }: { of: AuditEntry["detail"] }) {
  const pairs = Object.entries(of);
  if (pairs.length === 0) return <span className="text-faint">–</span>;
  const text = pairs.map(([name, value]) => `${name}=${valueText(value)}`).join(" ");
  if (text.length <= 90) return <code className="foreign text-muted text-sm">{oneLine(text, 100)}</code>;
  return (
    <details className="min-w-0">
      <summary className="foreign text-muted text-sm">
        <code>{oneLine(text, 80)}</code>
      </summary>
      <CodeBlock lines={JSON.stringify(of, null, 2).split("\n")} label="detail" />
    </details>
  );
}

/** Computes the chain again: no entry was changed, removed or slipped in. */
function Verify() {
  const check = useMutation({ mutationFn: () => ask(api.GET("/api/audit/verify")) });
  const { data } = check;
  return (
    <>
      {check.error && <Problem error={check.error} />}
      {data && (
        <span
          role="status"
          className={`inline-flex flex-wrap items-center gap-1.5 ${data.ok ? "text-ok" : "text-bad"}`}
        >
          <StatusIcon status={data.ok ? "succeeded" : "failed"} />
          {data.ok
            ? `whole: ${data.sealed} of ${data.entries} entries are sealed`
            : `broken at entry ${data.broken_at ?? "?"}`}
          {data.head && <Id of={data.head} />}
        </span>
      )}
      <Button busy={check.isPending} onClick={() => check.mutate()}>
        <ShieldCheck size={14} aria-hidden="true" /> Verify the chain
      </Button>
    </>
  );
}
