/** The workflows of the workspace and of the library. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { commandsQuery } from "../../api/queries.ts";
import type { Command } from "../../api/types.ts";
import { Button, buttonLook } from "../../components/Button.tsx";
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { TextInput } from "../../components/Field.tsx";
import { List } from "../../components/List.tsx";
import { Page, Section } from "../../components/Page.tsx";
import { EffectMark } from "../../components/Status.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { useActions } from "../../frame/actions.ts";

export function WorkflowsPage() {
  const commands = useQuery(commandsQuery);
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const words = useDeferredValue(text).toLowerCase().split(/\s+/).filter(Boolean);
  useActions([
    {
      id: "workflows.new",
      label: "New workflow",
      keys: "n",
      group: "Workflows",
      run: () => void navigate({ to: "/workflows/new" }),
    },
  ]);
  const all = (commands.data ?? []).filter(
    ({ type, definition }) => type === "workflow" && !("given" in definition),
  );
  const found = all.filter(({ slug, name, description, aliases }) =>
    words.every((word) => [slug, name, description, ...aliases].join(" ").toLowerCase().includes(word)),
  );
  const own = found.filter(({ is_public }) => !is_public).sort((a, b) => b.updated_at - a.updated_at);
  const library = found.filter(({ is_public }) => is_public);
  return (
    <Page
      title="Workflows"
      actions={
        <>
          <TextInput
            type="search"
            aria-label="Search workflows"
            placeholder="Search"
            className="w-40 max-sm:grow"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Link to="/workflows/new" className={buttonLook("primary")}>
            <Plus size={14} aria-hidden="true" /> New workflow
          </Link>
        </>
      }
    >
      {!commands.data ? (
        commands.error ? (
          <Problem error={commands.error} retry={() => void commands.refetch()} />
        ) : (
          <Loading label="Loading the workflows" mayBeEmpty />
        )
      ) : (
        <>
          <Section title="Of this workspace">
            {own.length > 0 ? (
              <Rows label="Workflows of this workspace" items={own} />
            ) : words.length > 0 ? (
              <p className="px-4 pb-4 text-muted md:px-6">None of them is called that.</p>
            ) : (
              <div className="md:px-2">
                <Empty
                  title="None yet."
                  first={
                    <Button look="primary" onClick={() => void navigate({ to: "/workflows/new" })}>
                      Make the first one
                    </Button>
                  }
                >
                  A workflow runs commands one after another or side by side, stops where a person has to
                  agree, and undoes what it did when something breaks.
                </Empty>
              </div>
            )}
          </Section>
          {library.length > 0 && (
            <Section title="Of the library">
              <Rows label="Workflows of the library" items={library} />
            </Section>
          )}
        </>
      )}
    </Page>
  );
}

function Rows({ label, items }: { label: string; items: Command[] }) {
  return (
    <List
      label={label}
      items={items}
      idOf={({ slug }) => slug}
      to={({ slug }) => `/workflows/${slug}`}
      row={(command) => <Row command={command} />}
    />
  );
}

function Row({ command }: { command: Command }) {
  const steps = Array.isArray(command.definition.steps) ? command.definition.steps : [];
  const asks = steps.filter((step) => {
    const { checkpoint } = (step ?? {}) as { checkpoint?: unknown };
    return checkpoint !== undefined && checkpoint !== false;
  }).length;
  return (
    <div className="flex min-w-0 flex-1 items-center gap-4 px-4 py-1 md:px-6">
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2">
          <span className="foreign shrink-0 font-medium max-sm:max-w-[60%] max-sm:truncate">
            {oneLine(command.name, 80)}
          </span>
          {command.name !== command.slug && (
            <span className="foreign min-w-0 truncate font-mono text-muted text-sm">
              {oneLine(command.slug, 80)}
            </span>
          )}
          {command.effect !== "read" && <EffectMark effect={command.effect} />}
        </p>
        <p className="foreign line-clamp-2 text-muted text-sm sm:line-clamp-1">
          {oneLine(command.description || command.name, 200)}
        </p>
      </div>
      <span className="w-32 shrink-0 text-right text-muted text-sm max-sm:hidden">
        {steps.length} {steps.length === 1 ? "step" : "steps"}
        {asks > 0 && `, asks ${asks === 1 ? "once" : `${asks} times`}`}
      </span>
      <span className="w-20 shrink-0 text-right text-faint text-sm tabular-nums max-md:hidden">
        {command.usage_count === 0 ? "never run" : `${command.usage_count}×`}
      </span>
      <span className="w-32 shrink-0 text-right text-faint text-sm max-md:hidden">
        {!command.is_public && (
          <>
            changed <Time at={command.updated_at} />
          </>
        )}
      </span>
    </div>
  );
}
