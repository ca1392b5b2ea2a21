/** The palette's first face: one field, and under it commands, actions of the page, places, runs. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Command as Menu } from "cmdk";
import { Search } from "lucide-react";
import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from "react";
import { saying } from "../api/problem.ts";
import { runsQuery } from "../api/queries.ts";
import { useStore } from "../api/store.ts";
import type { Command, Run } from "../api/types.ts";
import { Keys } from "../components/Button.tsx";
import { EffectMark, StatusIcon } from "../components/Status.tsx";
import { Time } from "../components/Time.tsx";
import { oneLine, visible } from "../components/visible.ts";
import { type Action, offered, offers } from "../frame/actions.ts";
import { typed } from "./arguments.ts";
import type { Chosen } from "./chosen.ts";
import { Foot } from "./Foot.tsx";
import { folders } from "./recent.ts";
import { type Candidate, type ChainStep, candidatesQuery } from "./resolve.ts";
import { useWaitingKey } from "./waiting-key.ts";

/** What a row says of its command: of the library's entry or of a candidate. */
type Named = Pick<Command, "slug" | "name" | "description" | "effect">;
type Row =
  | { kind: "command"; id: string; command: Named; candidate: Candidate | null }
  | { kind: "recent"; id: string; run: Run; command: Command }
  | { kind: "action"; id: string; action: Action }
  | { kind: "run"; id: string; runId: string };

export function Find({
  text,
  setText,
  choose,
  close,
  commands,
}: {
  text: string;
  setText(text: string): void;
  choose(chosen: Chosen): void;
  close(): void;
  commands: Command[];
}) {
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const words = useDeferredValue(text.trim());
  const found = useQuery(candidatesQuery(words, folders()[0] ?? ""));
  const recent = useQuery({ ...runsQuery({}, 50), refetchInterval: false });
  const actions = offered(useStore(offers)).filter((action) => !action.hidden);
  const groups = rowsOf({
    words,
    commands,
    actions,
    found: found.data ?? [],
    runs: recent.data?.items ?? [],
  });
  const rows = groups.flatMap((group) => group.rows);
  const [at, setAt] = useState("");
  const current = rows.find(({ id }) => id === at) ?? rows[0];

  const pick = (row: Row, how: "fields" | "plan") => {
    if (row.kind === "action") {
      close();
      row.action.run();
    } else if (row.kind === "run") {
      close();
      void navigate({ to: "/runs/$id", params: { id: row.runId } });
    } else
      choose({
        slug: row.command.slug,
        args: row.kind === "recent" ? row.run.args : (row.candidate?.args ?? {}),
        cwd: row.kind === "command" ? textOf(row.candidate?.run.body.cwd) : undefined,
        at: how,
      });
  };
  // The list of the letter before stays until the next is there: it is no answer to what stands in the field.
  const answered =
    text.trim() === words &&
    (words === "" ? !recent.isPending : !found.isPending && !found.isPlaceholderData);
  const key = useWaitingKey(text.trim(), answered, (how: "fields" | "plan") => {
    if (current) pick(current, how);
  });
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const input = event.currentTarget;
    const atEnd = input.selectionStart === text.length && input.selectionEnd === text.length;
    const enter = event.key === "Enter";
    const right = event.key === "ArrowRight" && atEnd && text !== "";
    const tab = event.key === "Tab" && !event.shiftKey && text !== "";
    if (event.key === "Escape" && key.waits) {
      event.preventDefault();
      key.takeBack();
    } else if (!answered && (enter || right || tab)) {
      event.preventDefault();
      key.wait(tab ? "fields" : "plan");
    } else if (!current) return;
    else if (event.key === "Tab" && !event.shiftKey && current.kind !== "action" && current.kind !== "run") {
      event.preventDefault();
      pick(current, "fields");
    } else if (right) {
      event.preventDefault();
      pick(current, "plan");
    } else if (event.key === "Escape" && text !== "") {
      event.preventDefault();
      setText("");
    }
  };
  return (
    <Menu
      shouldFilter={false}
      label="Commands"
      loop
      value={current?.id ?? ""}
      onValueChange={setAt}
      className="flex min-h-0 flex-1 flex-col"
    >
      <div className="flex items-center gap-2.5 border-b px-4">
        <Search size={16} aria-hidden="true" className="shrink-0 text-faint" />
        <Menu.Input
          ref={field}
          value={text}
          onValueChange={(next) => {
            setAt("");
            setText(next);
          }}
          onKeyDown={onKeyDown}
          placeholder="What do you want to run?"
          aria-label="What do you want to run?"
          className="h-12 min-w-0 flex-1 bg-transparent text-lg outline-none"
        />
        <button
          type="button"
          onClick={close}
          className="rounded px-1.5 py-1 text-muted text-sm hover:bg-hover"
        >
          <span className="pointer-fine:sr-only">Close</span>
          <Keys of="Escape" />
        </button>
      </div>
      <Menu.List className="max-h-[min(26rem,60dvh)] min-h-32 flex-1 overflow-y-auto p-1.5 max-md:max-h-none">
        {rows.length === 0 && (
          <div className="px-3 py-6 text-muted" role="status">
            {found.isFetching
              ? "Looking…"
              : found.error
                ? saying(found.error)
                : `Nothing in the library is called that. Try what it should do: “push”, “list buckets”, “back up”.`}
          </div>
        )}
        {groups.map(({ heading, rows: shown }) =>
          shown.length === 0 ? null : (
            <Menu.Group
              key={heading}
              heading={heading}
              className="**:[[cmdk-group-heading]]:px-2.5 **:[[cmdk-group-heading]]:pt-2 **:[[cmdk-group-heading]]:pb-1 **:[[cmdk-group-heading]]:text-faint **:[[cmdk-group-heading]]:text-sm"
            >
              {shown.map((row) => (
                <Menu.Item
                  key={row.id}
                  value={row.id}
                  onSelect={() => pick(row, "plan")}
                  className="flex min-h-9 cursor-pointer items-center gap-3 rounded px-2.5 py-1 data-[selected=true]:bg-hover"
                >
                  <RowFace row={row} />
                </Menu.Item>
              ))}
            </Menu.Group>
          ),
        )}
      </Menu.List>
      <Foot>
        {key.waits ? (
          <span role="status">Waits for the answer, then shows what will run</span>
        ) : (
          <span className="inline-flex items-center gap-1 pointer-coarse:hidden">
            <Keys of="Enter" /> show what will run
          </span>
        )}
        <span className="inline-flex items-center gap-1 pointer-coarse:hidden">
          <Keys of="Tab" /> fill in arguments
        </span>
        <Link to="/runs" onClick={close} className="ml-auto hover:text-text">
          All runs
        </Link>
      </Foot>
    </Menu>
  );
}

function RowFace({ row }: { row: Row }) {
  if (row.kind === "action")
    return (
      <>
        <span className={`min-w-0 flex-1 truncate ${row.action.danger ? "text-bad" : ""}`}>
          {oneLine(row.action.label, 120)}
        </span>
        {row.action.keys && <Keys of={row.action.keys} />}
      </>
    );
  if (row.kind === "run") return <span className="font-mono text-sm">Open {row.runId}</span>;
  const { command } = row;
  if (row.kind === "recent")
    return (
      <>
        <StatusIcon status={row.run.status} titled />
        <span className="min-w-0 flex-1 truncate font-mono text-sm">
          {oneLine(typed(command.slug, row.run.args), 120)}
        </span>
        <Time at={row.run.created_at} className="text-faint text-sm max-sm:hidden" />
      </>
    );
  return (
    <div className="min-w-0 flex-1">
      <div className="flex items-baseline gap-2">
        <span className="foreign max-w-[70%] shrink-0 truncate font-mono text-sm">
          {oneLine(command.name, 120)}
        </span>
        {command.effect !== "read" && (
          <EffectMark
            effect={command.effect}
            dry={row.candidate?.args.dry_run === true && row.candidate.type !== "workflow"}
          />
        )}
        {row.candidate && row.candidate.reasons.length > 0 && (
          <span className="foreign ml-auto min-w-0 truncate text-faint text-sm max-md:hidden">
            {oneLine(row.candidate.reasons.join(", "), 120)}
          </span>
        )}
      </div>
      <p className="foreign truncate text-muted text-sm">{oneLine(command.description, 160)}</p>
      {row.candidate?.steps && <Chain steps={row.candidate.steps} />}
      {row.candidate?.warnings.map((warning) => (
        <p key={warning} className="foreign text-sm text-warn">
          {visible(warning)}
        </p>
      ))}
    </div>
  );
}

/** The steps of a chain, in order; what will be skipped is faint, and says why. What only looks is left out. */
export function Chain({ steps }: { steps: readonly ChainStep[] }) {
  return (
    <p className="flex flex-wrap gap-x-1.5 font-mono text-sm">
      {steps
        .filter(({ look }) => !look)
        .map((step, index) => (
          <span key={step.id} className={step.will === "skip" ? "text-faint" : ""}>
            {index > 0 && <span className="mr-1.5 text-faint">→</span>}
            {step.command}
            {step.will !== "run" && <span className="ml-1 font-sans text-faint">{asides(step)}</span>}
          </span>
        ))}
    </p>
  );
}

function asides({ will, why }: ChainStep): string {
  if (will === "skip") return why ? `(skipped: ${why})` : "(skipped)";
  return why ? `(${why})` : "";
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

interface Material {
  words: string;
  commands: Command[];
  actions: Action[];
  found: Candidate[];
  runs: Run[];
}

function rowsOf({ words, commands, actions, found, runs }: Material): { heading: string; rows: Row[] }[] {
  const bySlug = new Map(commands.map((command) => [command.slug, command]));
  const action = (one: Action): Row => ({ kind: "action", id: `action ${one.id}`, action: one });
  if (words === "") {
    const seen = new Set<string>();
    const recent = runs.flatMap((run): Row[] => {
      const command = bySlug.get(run.command);
      const key = `${run.command} ${JSON.stringify(run.args)}`;
      if (!command || seen.has(key)) return [];
      seen.add(key);
      return [{ kind: "recent", id: `recent ${run.id}`, run, command }];
    });
    const frequent = commands
      .filter(({ usage_count }) => usage_count > 0)
      .sort((a, b) => b.usage_count - a.usage_count)
      .slice(0, 5);
    const first =
      frequent.length > 0 ? frequent : commands.filter(({ type }) => type === "workflow").slice(0, 5);
    return [
      { heading: "Recent", rows: recent.slice(0, 5) },
      {
        heading: frequent.length > 0 ? "Frequent" : "Workflows",
        rows: first.map((command) => ({
          kind: "command",
          id: `command ${command.slug}`,
          command,
          candidate: null,
        })),
      },
      { heading: "On this page, and elsewhere", rows: actions.map(action) },
    ];
  }
  const lower = words.toLowerCase();
  const runId = /^(run_[0-9a-z]+)$/.exec(words)?.[1];
  return [
    { heading: "Run", rows: runId ? [{ kind: "run", id: runId, runId }] : [] },
    {
      heading: "Commands",
      rows: found.map(
        (candidate, index): Row => ({
          kind: "command",
          id: `command ${candidate.slug} ${index}`,
          command: candidate,
          candidate,
        }),
      ),
    },
    {
      heading: "On this page, and elsewhere",
      rows: actions
        .filter(({ label }) => lower.split(/\s+/).every((word) => label.toLowerCase().includes(word)))
        .map(action),
    },
  ];
}
