/** Long-running programs: how they are, what starts and stops them, and how they are defined. */
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { connection } from "../../api/connection.ts";
import { useMay } from "../../api/may.ts";
import { changed, servicesQuery } from "../../api/place-queries.ts";
import { useStore } from "../../api/store.ts";
import type { Json, Service } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Code } from "../../components/Code.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { type Draft, type FieldSpec, FormDialog } from "../../components/FormDialog.tsx";
import { Page } from "../../components/Page.tsx";
import { Table } from "../../components/Table.tsx";
import { oneLine } from "../../components/visible.ts";
import { useActions } from "../../frame/actions.ts";
import { openPalette } from "../../palette/open.ts";
import { State, sensible } from "./State.tsx";

/** Each driver has fields of its own. */
const keptBy =
  (...drivers: string[]) =>
  ({ driver }: Draft) =>
    drivers.includes(String(driver));

const FIELDS: readonly FieldSpec[] = [
  {
    name: "driver",
    label: "Kept by",
    kind: "select",
    options: [
      ["process", "the agent itself"],
      ["systemd", "systemd"],
      ["compose", "Docker Compose"],
    ],
  },
  { name: "description", label: "What it is" },
  {
    name: "command",
    label: "Program and arguments",
    kind: "lines",
    required: true,
    when: keptBy("process"),
    hint: "one on each line, passed on as they are",
  },
  {
    name: "unit",
    label: "Unit",
    mono: true,
    required: true,
    when: keptBy("systemd"),
    placeholder: "shop.service",
  },
  {
    name: "unit",
    label: "Service in the Compose file",
    mono: true,
    required: true,
    when: keptBy("compose"),
    placeholder: "db",
  },
  {
    name: "file",
    label: "Compose file",
    mono: true,
    when: keptBy("compose"),
    placeholder: "compose.yaml",
    hint: "below the agent’s root",
  },
  { name: "cwd", label: "Folder", mono: true, hint: "below the agent’s root" },
  { name: "env", label: "Environment", kind: "lines", hint: "one on each line, such as PORT=3000" },
  {
    name: "restart",
    label: "Started again",
    kind: "select",
    options: [
      ["on-failure", "when it fails"],
      ["always", "whenever it ends"],
      ["no", "never by itself"],
    ],
  },
  { name: "labels", label: "On agents with the labels", kind: "words" },
];
const NAME: FieldSpec = { name: "name", label: "Name", required: true, mono: true, placeholder: "web" };

/** The environment as NAME=value lines, where each value is one line as it stands; else as it is, to be shown as JSON. */
function envOf({ env }: Service): Service["env"] | string[] {
  const plain = Object.values(env).every((value) => value === value.trim() && !value.includes("\n"));
  return plain ? Object.entries(env).map((pair) => pair.join("=")) : env;
}

/** The fields, as the environment of this one can be shown. */
function fieldsFor(editing: Service | "new"): readonly FieldSpec[] {
  if (editing === "new") return [NAME, ...FIELDS];
  if (Array.isArray(envOf(editing))) return FIELDS;
  return FIELDS.map((field) =>
    field.name === "env" ? { ...field, kind: "json", hint: 'such as {"PORT": "3000"}' } : field,
  );
}

/** What was written; the server says what is no name. */
function readEnv(written: Json): Json {
  if (!Array.isArray(written)) return written;
  const lines = written.map(String);
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.includes("=") ? line.indexOf("=") : line.length;
      return [line.slice(0, at).trim(), line.slice(at + 1)];
    }),
  );
}

const lives = ({ status }: Service) => status === "running" || status === "starting";
const KEPT_BY = {
  process: "the agent itself",
  systemd: "kept by systemd",
  compose: "kept by Docker Compose",
};
const VERBS = { start: "Start", stop: "Stop", restart: "Restart" };

export function ServicesPage() {
  const services = useQuery(servicesQuery);
  const may = useMay("commands:write");
  const mayRun = useMay("runs:execute");
  const reached = useStore(connection).state === "online";
  /** What needs the workspace is not offered while it does not answer. */
  const away = reached ? {} : { disabled: true, title: "The workspace does not answer." };
  const [editing, setEditing] = useState<Service | "new" | null>(null);
  const [ending, setEnding] = useState<Service | null>(null);
  useActions(
    may
      ? [
          {
            id: "services.new",
            label: "Define a service",
            keys: "n",
            group: "Services",
            run: () => setEditing("new"),
          },
        ]
      : [],
  );
  const define = may && (
    <Button look="primary" {...away} onClick={() => setEditing("new")}>
      <Plus size={14} aria-hidden="true" /> Define a service
    </Button>
  );
  const run = (slug: string, name: string) => openPalette({ command: { slug, args: { name } } });
  return (
    <Page title="Services" actions={define}>
      <div className="border-t">
        {!reached && (
          <p role="status" className="border-b bg-warn-soft px-4 py-2 text-warn md:px-6">
            The workspace does not answer. What stands here is the last known state, and may have changed
            since.
          </p>
        )}
        {services.data && services.error && (
          <Problem error={services.error} retry={() => void services.refetch()} />
        )}
        {!services.data ? (
          services.error ? (
            <Problem error={services.error} retry={() => void services.refetch()} />
          ) : (
            <Loading lines={4} label="Loading services" mayBeEmpty />
          )
        ) : services.data.length === 0 ? (
          <Empty title="No service is defined." first={define}>
            A service is a program that keeps running on an agent’s machine: a development server, a database,
            a worker. Once it is defined, it can be started, stopped and watched from here.
          </Empty>
        ) : (
          <Table
            label="Services"
            rows={services.data}
            idOf={({ name }) => name}
            columns={[
              {
                head: "Name",
                cell: ({ name, description }) => (
                  <>
                    <Code className="font-medium">{name}</Code>
                    {description && (
                      <span className="block text-muted text-sm">{oneLine(description, 160)}</span>
                    )}
                  </>
                ),
              },
              {
                head: "State",
                cell: (service) => <State of={service} />,
              },
              {
                head: "Runs",
                cell: ({ driver, command, unit, cwd }) => (
                  <>
                    <Code className="text-sm">
                      {driver === "process" ? oneLine(command.join(" "), 120) : (unit ?? "–")}
                    </Code>
                    <span className="block text-muted text-sm">
                      {driver === "process" ? (cwd ? `in ${oneLine(cwd, 120)}` : "") : KEPT_BY[driver]}
                    </span>
                  </>
                ),
              },
              {
                head: "What to do",
                actions: true,
                cell: (service) => (
                  <>
                    {mayRun && (
                      <>
                        {sensible(service.status).map((verb) => (
                          <Button
                            key={verb}
                            aria-label={`${VERBS[verb]} ${service.name}`}
                            {...away}
                            onClick={() => run(`service-${verb}`, service.name)}
                          >
                            {verb === "start" && service.status === "failed" ? "Start now" : VERBS[verb]}
                          </Button>
                        ))}
                        <Button
                          look="quiet"
                          aria-label={`Logs of ${service.name}`}
                          {...away}
                          onClick={() => run("service-logs", service.name)}
                        >
                          Logs
                        </Button>
                      </>
                    )}
                    {may && (
                      <>
                        <Button
                          look="quiet"
                          aria-label={`Change ${service.name}`}
                          {...away}
                          onClick={() => setEditing(service)}
                        >
                          Change
                        </Button>
                        <Button
                          look="danger-quiet"
                          aria-label={`Delete ${service.name}`}
                          disabled={lives(service)}
                          title={lives(service) ? "Stop it first." : undefined}
                          {...away}
                          onClick={() => setEnding(service)}
                        >
                          Delete…
                        </Button>
                      </>
                    )}
                  </>
                ),
              },
            ]}
          />
        )}
      </div>
      {editing && (
        <FormDialog
          title={editing === "new" ? "Define a service" : `Change ${editing.name}`}
          verb={editing === "new" ? "Define the service" : "Save the service"}
          intro={editing === "new" ? undefined : "What runs goes on until it is restarted."}
          fields={fieldsFor(editing)}
          initial={
            editing === "new"
              ? { driver: "process", restart: "on-failure" }
              : { ...editing, env: envOf(editing) }
          }
          submit={({ name, env, ...body }) =>
            ask(
              api.PUT("/api/services/{name}", {
                params: { path: { name: editing === "new" ? String(name) : editing.name } },
                // What this form does not show stays as it is.
                body: {
                  ...body,
                  env: readEnv(env ?? {}),
                  ...(editing === "new" ? {} : { health: editing.health }),
                } as never,
              }),
            )
          }
          onDone={() => changed("services")}
          onClose={() => setEditing(null)}
        />
      )}
      {ending && (
        <Confirm
          title={`Delete ${ending.name}?`}
          verb={`Delete ${ending.name}`}
          run={() => ask(api.DELETE("/api/services/{name}", { params: { path: { name: ending.name } } }))}
          onDone={() => changed("services")}
          onClose={() => setEnding(null)}
        >
          <p>Its definition is gone for good. What it wrote and logged stays on its machine.</p>
        </Confirm>
      )}
    </Page>
  );
}
