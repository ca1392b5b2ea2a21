/** One command: what it does, what it takes, what it needs, how it is undone, how it went here, how it became what it is. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed } from "../../api/place-queries.ts";
import { commandQuery, runStatsQuery, runsQuery } from "../../api/queries.ts";
import type { Command, Values } from "../../api/types.ts";
import { Button, buttonLook } from "../../components/Button.tsx";
import { Durations, Rate } from "../../components/Charts.tsx";
import { Code, CodeBlock, Id } from "../../components/Code.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Loading, Problem } from "../../components/Empty.tsx";
import { Facts, Tags } from "../../components/Facts.tsx";
import { List } from "../../components/List.tsx";
import { Page, Section } from "../../components/Page.tsx";
import { EffectMark } from "../../components/Status.tsx";
import { durationText, Time } from "../../components/Time.tsx";
import { valueText } from "../../components/visible.ts";
import { useActions } from "../../frame/actions.ts";
import { toast } from "../../frame/toasts.ts";
import { openPalette } from "../../palette/open.ts";
import { RunRow } from "../runs/RunRow.tsx";
import { lineOf } from "./definition.ts";
import { Parameters } from "./Parameters.tsx";
import { Versions } from "./Versions.tsx";

export function CommandPage() {
  const { slug } = useParams({ strict: false }) as { slug: string };
  const query = useQuery(commandQuery(slug));
  if (!query.data)
    return (
      <Page title={slug}>
        {query.error ? (
          <Problem error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Loading lines={10} label="Loading the command" />
        )}
      </Page>
    );
  return <One command={query.data} />;
}

function One({ command }: { command: Command }) {
  const { slug, name, description, type, effect, definition } = command;
  const navigate = useNavigate();
  const mayWrite = useMay("commands:write");
  const mayRun = useMay("runs:execute");
  const [ending, setEnding] = useState(false);
  const own = !command.is_public;
  const active = command.status === "active";
  const run = (args: Values = {}) => openPalette({ command: { slug, args } });
  const edit = () => void navigate({ to: "/library/$slug/edit", params: { slug } });
  useActions([
    ...(mayRun && active
      ? [{ id: "command.run", label: `Run ${name}`, keys: "r", group: "Command", run: () => run() }]
      : []),
    ...(mayWrite
      ? [{ id: "command.edit", label: "Change as YAML", keys: "e", group: "Command", run: edit }]
      : []),
  ]);
  const line = lineOf(command);
  return (
    <Page
      title={name}
      beside={
        <>
          <EffectMark effect={effect} long />
          {!active && (
            <span className="rounded-sm bg-warn-soft px-1.5 text-sm text-warn">{command.status}</span>
          )}
        </>
      }
      actions={
        <>
          {mayWrite && (
            <>
              {own && active && (
                <Button look="quiet" onClick={() => setEnding(true)}>
                  Deprecate…
                </Button>
              )}
              <Link to="/library/$slug/edit" params={{ slug }} className={buttonLook()}>
                {own ? "Change as YAML" : "Make it your own"}
              </Link>
            </>
          )}
          {mayRun && active && (
            <Button look="primary" keys="r" onClick={() => run()}>
              <Play size={13} aria-hidden="true" /> Run
            </Button>
          )}
        </>
      }
    >
      <p className="foreign max-w-prose px-4 pb-4 text-lg md:px-6">{description}</p>
      {line !== null && (
        <div className="px-4 pb-4 md:px-6">
          <CodeBlock lines={[line]} prompt={type === "builtin"} label="what runs" />
        </div>
      )}
      {type === "workflow" && <Steps definition={definition} />}
      <Section title="About">
        <Facts
          of={[
            ["Typed as", <Id key="id" of={slug} />],
            ["Belongs to", own ? "this workspace" : "the library that came with the product"],
            ["Runs as", RUNS_AS[type]],
            ["Category", command.category],
            ["Also called", <Tags key="aliases" of={command.aliases} none="nothing else" />],
            ["Needs", <Needs key="needs" of={command.requires} />],
            [
              "Undone by",
              command.rollback ? (
                <CommandLink key="undo" slug={command.rollback.command} />
              ) : (
                <span key="no-undo" className="text-muted">
                  {effect === "read" ? "nothing to undo" : "it cannot be undone by a command"}
                </span>
              ),
            ],
            command.timeout_s !== undefined && ["Ends after", durationText(command.timeout_s * 1_000)],
            command.retry !== undefined && ["Tried", `${command.retry.max} times at most`],
            ["Version", `${command.version}`],
          ]}
        />
      </Section>
      <Section title="Parameters">
        <Parameters of={command.parameters} />
      </Section>
      {command.examples.length > 0 && (
        <Section title="Examples">
          <ul className="px-4 pb-3 md:px-6">
            {command.examples.map(({ text, args }) => (
              <li key={text} className="flex flex-wrap items-baseline gap-x-3 py-1">
                <span className="foreign">“{text}”</span>
                {Object.keys(args).length > 0 && (
                  <Code className="text-muted text-sm">
                    {Object.entries(args)
                      .map(([key, value]) => `${key}=${valueText(value)}`)
                      .join(" ")}
                  </Code>
                )}
                {mayRun && active && (
                  <Button look="quiet" onClick={() => run(args)}>
                    Try it
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Usage command={command} />
      <Versions command={command} />
      {ending && (
        <Confirm
          title={`Deprecate ${name}?`}
          verb={`Deprecate ${name}`}
          run={() => ask(api.DELETE("/api/commands/{slug}", { params: { path: { slug } } }))}
          onDone={() => {
            changed("commands");
            toast({ kind: "ok", text: `${name} is deprecated. Saving a new version brings it back.` });
          }}
          onClose={() => setEnding(false)}
        >
          <p>Nobody can start it any more, and no search finds it. Its versions and runs stay.</p>
        </Confirm>
      )}
    </Page>
  );
}

function Steps({ definition }: { definition: Values }) {
  const steps = (definition.steps ?? []) as unknown as {
    id?: string;
    command: string;
    checkpoint?: unknown;
  }[];
  if (steps.length === 0) return null;
  return (
    <ol className="mx-4 mb-4 rounded border bg-sunken md:mx-6">
      {steps.map(({ id, command, checkpoint }, index) => (
        <li
          key={id ?? `${command} ${index}`}
          className="flex items-baseline gap-2 border-b px-2.5 py-1.5 last:border-b-0"
        >
          <span className="w-5 shrink-0 text-right text-faint text-sm tabular-nums">{index + 1}</span>
          <CommandLink slug={command} />
          {checkpoint ? <span className="text-sm text-warn">asks first</span> : null}
        </li>
      ))}
    </ol>
  );
}

const RUNS_AS: { [type in Command["type"]]: string } = {
  builtin: "a program on an agent’s machine",
  api: "something the workspace does by itself",
  workflow: "a workflow of other commands",
  external: "a call to another system, or to an editor",
};

function CommandLink({ slug }: { slug: string }) {
  return (
    <Link
      to="/library/$slug"
      params={{ slug }}
      className="foreign font-mono text-accent text-sm hover:underline"
    >
      {slug}
    </Link>
  );
}

function Needs({ of }: { of: Command["requires"] }) {
  if (of.length === 0) return <span className="text-faint">nothing</span>;
  return (
    <ul>
      {of.map((need) => (
        <li key={JSON.stringify(need)}>
          {need.tool && (
            <>
              the program <Code>{need.version ? `${need.tool} ${need.version}` : need.tool}</Code>
            </>
          )}
          {need.file && (
            <>
              the file <Code>{[need.file].flat().join(" or ")}</Code>
            </>
          )}
          {need.git && <>a git {need.git}</>}
          {need.login && <>to be signed in to {need.login}</>}
          {need.fix && (
            <span className="text-muted">
              , set up by <CommandLink slug={need.fix} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Usage({ command }: { command: Command }) {
  const stats = useQuery(runStatsQuery);
  const runs = useQuery(runsQuery({ command: command.slug }, 5));
  const of = stats.data?.commands.find((one) => one.command === command.slug);
  return (
    <Section
      title="Runs"
      beside={
        <span className="flex flex-wrap items-center gap-x-4 text-muted text-sm">
          <span>
            {command.usage_count === 0 ? "not run yet" : `${command.usage_count}× in all`}
            {command.last_used_at !== null && (
              <>
                , last <Time at={command.last_used_at} />
              </>
            )}
          </span>
          {of && <Rate succeeded={of.succeeded} failed={of.failed} />}
          {of && of.durations_ms.length > 1 && <Durations ms={of.durations_ms} />}
        </span>
      }
    >
      {runs.data && runs.data.items.length > 0 && (
        <>
          <List
            label="Its newest runs"
            items={runs.data.items}
            idOf={({ id }) => id}
            to={({ id }) => `/runs/${id}`}
            row={(run) => <RunRow run={run} />}
          />
          <p className="px-4 py-2 md:px-6">
            <Link to="/runs" search={{ command: command.slug }} className="text-accent hover:underline">
              All its runs
            </Link>
          </p>
        </>
      )}
    </Section>
  );
}
