/** A kind of record as a page: searched, listed, added, changed, and ended in the words of its kind. */
import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useMay } from "../../api/may.ts";
import { changed } from "../../api/place-queries.ts";
import type { Values } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty } from "../../components/Empty.tsx";
import { type FieldSpec, FormDialog } from "../../components/FormDialog.tsx";
import { Page } from "../../components/Page.tsx";
import { Paged, type PageOf, usePaged } from "../../components/Paged.tsx";
import { type Column, Table } from "../../components/Table.tsx";
import { useActions } from "../../frame/actions.ts";
import { PlatformTabs } from "./PlatformTabs.tsx";
import { SearchField } from "./SearchField.tsx";

export interface Kind<T extends { id: string }> {
  /** Its key among the queries. */
  key: string;
  title: string;
  /** "client": what one of them is. */
  one: string;
  nameOf(record: T): string;
  list(ask: { cursor?: string; q?: string }): Promise<PageOf<T>>;
  searchable?: boolean;
  columns: readonly Column<T>[];
  fields: readonly FieldSpec[];
  initial?: { [name: string]: unknown };
  formOf?: (record: T) => { [name: string]: unknown };
  create(values: Values): Promise<unknown>;
  update?: (record: T, values: Values) => Promise<unknown>;
  end?: {
    verb: string;
    /** Where the verb and the name do not make the question and the answer. */
    title?: (name: string) => string;
    confirm?: (name: string) => string;
    says: string;
    /** Nothing is lost by it. */
    keeps?: boolean;
    run(record: T): Promise<unknown>;
    over?(record: T): boolean;
  };
  empty: ReactNode;
  actions?: ReactNode;
  above?: ReactNode;
}

export function Records<T extends { id: string }>({ of }: { of: Kind<T> }) {
  const may = useMay("runs:execute");
  const [q, setQ] = useState("");
  const [editing, setEditing] = useState<T | "new" | null>(null);
  const [ending, setEnding] = useState<T | null>(null);
  const found = usePaged<T>([of.key, "list", q], (cursor) =>
    of.list({ ...(cursor ? { cursor } : {}), ...(q ? { q } : {}) }),
  );
  const { update, end } = of;
  useActions(
    may
      ? [
          {
            id: `${of.key}.new`,
            label: `Add ${article(of.one)}`,
            keys: "n",
            group: of.title,
            run: () => setEditing("new"),
          },
        ]
      : [],
  );
  const add = may && (
    <Button look="primary" onClick={() => setEditing("new")}>
      <Plus size={14} aria-hidden="true" /> Add {article(of.one)}
    </Button>
  );
  const done = () => changed(of.key);
  return (
    <Page
      title={of.title}
      actions={
        <>
          {of.actions}
          {add}
        </>
      }
    >
      <PlatformTabs />
      {of.searchable && (
        <div className="border-b px-4 py-2.5 md:px-6">
          <SearchField label={`Search in ${of.title.toLowerCase()}`} onSearch={setQ} />
        </div>
      )}
      {of.above}
      <Paged
        of={found}
        label={`Loading ${of.title.toLowerCase()}`}
        empty={
          q ? (
            <Empty title={`No ${of.one} is like that.`} />
          ) : (
            <Empty title={`There is no ${of.one} yet.`} first={add}>
              {of.empty}
            </Empty>
          )
        }
      >
        {(items) => (
          <Table
            label={of.title}
            rows={items}
            idOf={({ id }) => id}
            columns={[
              ...of.columns,
              ...(may && (update || end)
                ? [
                    {
                      head: "What to do",
                      actions: true,
                      cell: (record: T) => (
                        <>
                          {update && (
                            <Button
                              look="quiet"
                              aria-label={`Change ${of.nameOf(record)}`}
                              onClick={() => setEditing(record)}
                            >
                              Change
                            </Button>
                          )}
                          {end && !end.over?.(record) && (
                            <Button
                              look={end.keeps ? "quiet" : "danger-quiet"}
                              aria-label={
                                end.confirm?.(of.nameOf(record)) ?? `${end.verb} ${of.nameOf(record)}`
                              }
                              onClick={() => setEnding(record)}
                            >
                              {end.keeps ? end.verb : `${end.verb}…`}
                            </Button>
                          )}
                        </>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Paged>
      {editing && (
        <FormDialog
          title={editing === "new" ? `Add ${article(of.one)}` : `Change ${of.nameOf(editing)}`}
          verb={editing === "new" ? `Add the ${of.one}` : `Save the ${of.one}`}
          fields={of.fields}
          initial={editing === "new" ? (of.initial ?? {}) : (of.formOf?.(editing) ?? editing)}
          nulls={editing !== "new"}
          submit={(values) =>
            editing === "new" ? of.create(values) : (update?.(editing, values) ?? Promise.resolve())
          }
          onDone={done}
          onClose={() => setEditing(null)}
        />
      )}
      {ending && end && (
        <Confirm
          title={end.title?.(of.nameOf(ending)) ?? `${end.verb} ${of.nameOf(ending)}?`}
          verb={end.confirm?.(of.nameOf(ending)) ?? `${end.verb} ${of.nameOf(ending)}`}
          run={() => end.run(ending)}
          onDone={done}
          onClose={() => setEnding(null)}
        >
          <p>{end.says}</p>
        </Confirm>
      )}
    </Page>
  );
}

function article(word: string): string {
  return `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;
}
