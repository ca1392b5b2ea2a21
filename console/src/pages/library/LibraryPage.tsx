/** Every command: found by words, narrowed, opened. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { FileUp, Plus, Search } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { commandsQuery } from "../../api/queries.ts";
import type { Command } from "../../api/types.ts";
import { Button, buttonLook } from "../../components/Button.tsx";
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { Select, TextInput } from "../../components/Field.tsx";
import { List } from "../../components/List.tsx";
import { Page } from "../../components/Page.tsx";
import { EffectMark } from "../../components/Status.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { useActions } from "../../frame/actions.ts";
import { TYPE_WORDS } from "./definition.ts";
import { GroupedList } from "./GroupedList.tsx";
import { groupsOf } from "./groups.ts";
import type { LibrarySearch } from "./search.ts";

const PAUSE_MS = 150;
const TYPES = ["builtin", "api", "workflow", "external"] as const;

export function LibraryPage() {
  const search = useSearch({ strict: false }) as LibrarySearch;
  const navigate = useNavigate();
  const mayWrite = useMay("commands:write");
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search.q ?? "");
  const all = useQuery(commandsQuery);
  const put = (next: { [name in keyof LibrarySearch]?: LibrarySearch[name] | undefined }) =>
    void navigate({ to: "/library", search: { ...search, ...next } as LibrarySearch, replace: true });
  // biome-ignore lint/correctness/useExhaustiveDependencies: typing alone makes it due
  useEffect(() => {
    if (text === (search.q ?? "")) return;
    const timer = setTimeout(() => put({ q: text || undefined }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useActions([
    {
      id: "library.search",
      label: "Search in the library",
      keys: "/",
      group: "Library",
      run: () => field.current?.focus(),
    },
    ...(mayWrite
      ? [
          {
            id: "library.new",
            label: "Write a new command",
            keys: "n",
            group: "Library",
            run: () => void navigate({ to: "/library/new" }),
          },
          {
            id: "library.import",
            label: "Import commands you have",
            group: "Library",
            run: () => void navigate({ to: "/library/import" }),
          },
        ]
      : []),
  ]);
  const found = useFound(search);
  const { only } = search;
  const shown = useMemo(
    () =>
      found.data?.filter(
        (command) => (only !== "own" || !command.is_public) && (only !== "used" || command.usage_count > 0),
      ),
    [found.data, only],
  );
  const categories = [...new Set(all.data?.map(({ category }) => category))].sort();
  const { order = "category", ...narrowing } = search;
  const narrowed = Object.keys(narrowing).length > 0;
  const groups = useMemo(() => (shown ? groupsOf(shown, order) : []), [shown, order]);
  return (
    <Page
      title="Library"
      wide
      beside={<span className="text-muted tabular-nums">{shown?.length ?? ""}</span>}
      actions={
        mayWrite && (
          <>
            <Link to="/library/import" className={buttonLook()}>
              <FileUp size={14} aria-hidden="true" /> Import
            </Link>
            <Link to="/library/new" className={buttonLook("primary")}>
              <Plus size={14} aria-hidden="true" /> New command
            </Link>
          </>
        )
      }
    >
      <search className="flex flex-wrap items-center gap-2 px-4 pb-3 md:px-6">
        <div className="relative min-w-48 flex-1 max-sm:basis-full">
          <Search
            size={13}
            aria-hidden="true"
            className="absolute top-1/2 left-2 -translate-y-1/2 text-faint"
          />
          <TextInput
            ref={field}
            type="search"
            aria-label="Search in the library"
            placeholder="What should it do?"
            className="pl-7"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              // The browser would empty the field: the words stay, and j and k move in what they found.
              event.preventDefault();
              field.current?.blur();
            }}
          />
        </div>
        <Select
          aria-label="Category"
          className="w-auto max-w-44 max-sm:flex-1"
          value={search.category ?? ""}
          onChange={(event) => put({ category: event.target.value || undefined })}
        >
          <option value="">any category</option>
          {categories.map((category) => (
            <option key={category}>{category}</option>
          ))}
        </Select>
        <Select
          aria-label="Type"
          className={`w-auto ${search.type ? "max-sm:flex-1" : "max-sm:hidden"}`}
          value={search.type ?? ""}
          onChange={(event) => put({ type: event.target.value || undefined })}
        >
          <option value="">any type</option>
          {TYPES.map((type) => (
            <option key={type} value={type}>
              {TYPE_WORDS[type]}
            </option>
          ))}
        </Select>
        <Select
          aria-label="Which commands"
          className="w-auto max-sm:flex-1"
          value={search.only ?? ""}
          onChange={(event) => put({ only: (event.target.value || undefined) as LibrarySearch["only"] })}
        >
          <option value="">all in use</option>
          <option value="used">run here before</option>
          <option value="own">of this workspace</option>
          <option value="deprecated">deprecated</option>
        </Select>
        {!search.q && (
          <Select
            aria-label="Order"
            className="w-auto max-sm:hidden"
            value={order}
            onChange={(event) =>
              put({
                order: event.target.value === "category" ? undefined : (event.target.value as "use" | "name"),
              })
            }
          >
            <option value="category">by category</option>
            <option value="use">most run first</option>
            <option value="name">by name</option>
          </Select>
        )}
      </search>
      <div className="flex min-h-0 flex-1 border-t">
        {!shown ? (
          <div className="flex-1">
            {found.error ? (
              <Problem error={found.error} retry={() => void found.refetch()} />
            ) : (
              <Loading lines={12} label="Loading the library" />
            )}
          </div>
        ) : shown.length === 0 ? (
          <div className="flex-1">
            <Empty
              title="No command is like that."
              action={
                narrowed && (
                  <Button
                    onClick={() => {
                      setText("");
                      void navigate({ to: "/library", search: {}, replace: true });
                    }}
                  >
                    Show all
                  </Button>
                )
              }
            >
              {search.only === "own"
                ? "Commands that you write or import are listed here."
                : "Try other words, or write the command yourself."}
            </Empty>
          </div>
        ) : !search.q ? (
          <GroupedList groups={groups} row={(command) => <Row command={command} />} />
        ) : (
          <List
            label="Commands"
            items={shown}
            idOf={({ id }) => id}
            to={({ slug }) => `/library/${slug}`}
            row={(command) => <Row command={command} />}
            rowHeight={52}
            virtual
          />
        )}
      </div>
    </Page>
  );
}

/** The kept library when nothing is asked for; else what the server finds, best first. */
function useFound(search: LibrarySearch) {
  const status = search.only === "deprecated" ? ("deprecated" as const) : ("active" as const);
  const query = {
    status,
    ...(search.q ? { q: search.q } : {}),
    ...(search.category ? { category: search.category } : {}),
    ...(search.type ? { type: search.type as Command["type"] } : {}),
  };
  return useQuery({
    queryKey: ["commands", "found", query],
    staleTime: 30_000,
    placeholderData: (before) => before,
    queryFn: async () => (await ask(api.GET("/api/commands", { params: { query } }))).items,
  });
}

function Row({ command }: { command: Command }) {
  const { name, description, category, type, effect, usage_count, last_used_at, is_public } = command;
  return (
    <div className="grid h-full grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 text-sm md:grid-cols-[minmax(0,1fr)_7rem_8rem_6rem_8.5rem] md:px-6">
      <span className="min-w-0">
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="foreign truncate font-mono">{oneLine(name, 100)}</span>
          {!is_public && (
            <span className="shrink-0 rounded-sm bg-accent-soft px-1 text-accent text-xs">own</span>
          )}
        </span>
        <span className="foreign block truncate text-muted">{oneLine(description, 180)}</span>
      </span>
      <span className="foreign truncate text-muted max-md:hidden">{category}</span>
      <span className="truncate text-muted max-md:hidden">{TYPE_WORDS[type]}</span>
      <span className="max-md:grid max-md:justify-items-end">
        <EffectMark effect={effect} />
        {usage_count > 0 && <span className="text-faint tabular-nums md:hidden">{usage_count}×</span>}
      </span>
      <span
        className="text-right text-muted tabular-nums max-md:hidden"
        title="how often it was run in all, and when last"
      >
        {usage_count > 0 && (
          <>
            {usage_count}×
            {last_used_at !== null && (
              <>
                {" · "}
                <Time at={last_used_at} />
              </>
            )}
          </>
        )}
      </span>
    </div>
  );
}
