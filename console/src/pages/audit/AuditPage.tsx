/** Who did what, and whether the trail is whole. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { peopleQuery } from "../../api/place-queries.ts";
import type { AuditEntry } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Code, Id } from "../../components/Code.tsx";
import { Empty, Problem } from "../../components/Empty.tsx";
import { Select, TextInput } from "../../components/Field.tsx";
import { Page } from "../../components/Page.tsx";
import { Paged, usePaged } from "../../components/Paged.tsx";
import { StatusIcon } from "../../components/Status.tsx";
import { Table } from "../../components/Table.tsx";
import { exactTime } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { SINCE } from "../runs/filters.ts";
import { Detail, tells } from "./Detail.tsx";
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
          <option value="">by anybody</option>
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
          <option value="">at any time</option>
          {Object.entries(SINCE).map(([name, { words }]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </Select>
        {Object.keys(search).length > 0 && (
          <Button
            look="quiet"
            className="max-sm:-ml-2.5"
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
              { head: "When", wide: true, cell: (entry) => <When of={entry} /> },
              { head: "Who", wide: true, cell: ({ actor }) => <Who actor={actor} /> },
              {
                head: "What",
                cell: (entry) => (
                  <>
                    <span className="flex flex-wrap items-baseline justify-between gap-x-3">
                      <Code className="whitespace-nowrap">{entry.action}</Code>
                      <span className="text-sm md:hidden">
                        <When of={entry} />
                      </span>
                    </span>
                    <span className="text-muted md:hidden">
                      by <Who actor={entry.actor} />
                    </span>
                  </>
                ),
              },
              { head: "About", cell: (entry) => <Target of={entry} /> },
              { head: "Detail", cell: ({ detail }) => (tells(detail) ? <Detail of={detail} /> : "–") },
            ]}
          />
        )}
      </Paged>
    </Page>
  );
}

const moment = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

function When({ of: { at, seq } }: { of: AuditEntry }) {
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={`${exactTime(at)}, entry ${seq}`}
      className="whitespace-nowrap text-muted tabular-nums"
    >
      {moment.format(at)}
    </time>
  );
}

function Who({ actor }: { actor: AuditEntry["actor"] }) {
  return (
    <>
      {oneLine(actor.name, 100)}
      {/* "service pipeline" says itself what it is. */}
      {actor.type !== "person" && actor.type !== actor.name && (
        <span className="text-muted text-sm"> {actor.type}</span>
      )}
    </>
  );
}

/** Where a target of this kind has a page, by what its id begins with. */
const PAGES: { [prefix: string]: string } = {
  run: "/runs/",
  agt: "/agents/",
  sch: "/schedules/",
  hook: "/schedules/webhooks/",
  know: "/platform/knowledge/",
};

/** Its name where it has one, beside the id; a link where it has a page and is still there. */
function Target({ of: { target, target_name } }: { of: AuditEntry }) {
  const isId = /^[a-z]+_\w+/.test(target);
  if (!target_name) return isId ? <Id of={target} /> : <Code>{oneLine(target, 120)}</Code>;
  const page = PAGES[target.slice(0, target.indexOf("_"))];
  const words = oneLine(target_name, 120);
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      {page ? (
        <Link to={`${page}${target}` as string} className="text-accent hover:underline">
          {words}
        </Link>
      ) : (
        <span>{words}</span>
      )}
      <Id of={target} className="text-xs" />
    </span>
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
            ? data.sealed === data.entries
              ? `All ${data.entries} entries are in the chain, and none was altered.`
              : `${data.sealed} of ${data.entries} entries are in the chain, and none of them was altered; the newest follow soon.`
            : `The chain is broken at entry ${data.broken_at ?? "?"}: it or one before it was altered.`}
          {data.head && (
            <span className="text-muted">
              Last seal <Id of={data.head} />
            </span>
          )}
        </span>
      )}
      <Button busy={check.isPending} onClick={() => check.mutate()}>
        <ShieldCheck size={14} aria-hidden="true" /> Verify the chain
      </Button>
    </>
  );
}
