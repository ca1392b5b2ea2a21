import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { RUN_STATUSES } from "@tw/shared/engine/statuses";
import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { runStatsQuery } from "../../api/queries.ts";
import type { Run, RunStatus } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Select, TextInput } from "../../components/Field.tsx";
import { statusWord } from "../../components/Status.tsx";
import { oneLine } from "../../components/visible.ts";
import { useActions } from "../../frame/actions.ts";
import { type RunSearch, SINCE } from "./filters.ts";

/** What the list is narrowed to; every choice is in the address at once. */
export function Filters({ search, runs }: { search: RunSearch; runs: readonly Run[] }) {
  const navigate = useNavigate();
  const stats = useQuery(runStatsQuery);
  const field = useRef<HTMLInputElement>(null);
  const chosen = [search.status, search.command, search.by, search.since].filter(Boolean).length;
  const [open, setOpen] = useState(false);
  const hide = open ? "" : "max-sm:hidden";
  const [text, setText] = useState(search.text ?? "");
  const put = (next: Partial<{ [name in keyof RunSearch]: RunSearch[name] | undefined }>) =>
    void navigate({ to: "/runs", search: { ...search, ...next } as RunSearch, replace: true });
  // biome-ignore lint/correctness/useExhaustiveDependencies: typing alone makes it due
  useEffect(() => {
    if (text === (search.text ?? "")) return;
    const timer = setTimeout(() => put({ text: text || undefined }), 250);
    return () => clearTimeout(timer);
  }, [text]);
  useActions([
    {
      id: "runs.search",
      label: "Search in the runs",
      keys: "/",
      group: "Runs",
      run: () => field.current?.focus(),
    },
  ]);
  const commands = new Set([
    ...(stats.data?.commands.map(({ command }) => command) ?? []),
    ...(search.command ? [search.command] : []),
  ]);
  const people = new Map(runs.map(({ requested_by: by }) => [by.id, by.name]));
  if (search.by && !people.has(search.by)) people.set(search.by, search.by);
  const narrowed = Object.keys(search).length > 0;
  return (
    <search className="flex flex-wrap items-center gap-2 px-4 pb-3 md:px-6">
      <div className="relative min-w-40 flex-1">
        <Search
          size={13}
          aria-hidden="true"
          className="absolute top-1/2 left-2 -translate-y-1/2 text-faint"
        />
        <TextInput
          ref={field}
          type="search"
          aria-label="Search in commands, arguments and notes"
          placeholder="Search runs"
          className="pl-7"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <Button
        look="quiet"
        className="sm:hidden"
        aria-expanded={open}
        onClick={() => setOpen((before) => !before)}
      >
        {chosen > 0 ? `${chosen} ${chosen === 1 ? "filter" : "filters"} set` : "Filter"}
      </Button>
      <Select
        aria-label="Status"
        className={`w-32 max-sm:flex-1 ${hide}`}
        value={search.status ?? ""}
        onChange={(event) => put({ status: (event.target.value || undefined) as RunStatus | undefined })}
      >
        <option value="">any status</option>
        {RUN_STATUSES.map((status) => (
          <option key={status} value={status}>
            {statusWord(status)}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Command"
        className={`w-44 max-sm:flex-1 ${hide}`}
        value={search.command ?? ""}
        onChange={(event) => put({ command: event.target.value || undefined })}
      >
        <option value="">any command</option>
        {[...commands].sort().map((command) => (
          <option key={command}>{command}</option>
        ))}
      </Select>
      <Select
        aria-label="Person"
        className={`w-40 max-sm:flex-1 ${hide}`}
        value={search.by ?? ""}
        onChange={(event) => put({ by: event.target.value || undefined })}
      >
        <option value="">anybody</option>
        {[...people].map(([id, name]) => (
          <option key={id} value={id}>
            {oneLine(name, 60)}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Time"
        className={`w-36 max-sm:flex-1 ${hide}`}
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
      {narrowed && runs.length > 0 && (
        <Button
          look="quiet"
          onClick={() => {
            setText("");
            void navigate({ to: "/runs", search: {}, replace: true });
          }}
        >
          Show all
        </Button>
      )}
    </search>
  );
}
