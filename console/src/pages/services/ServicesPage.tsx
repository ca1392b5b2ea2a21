/** Long-running programs: how they are, what starts and stops them, and how they are defined. */
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { useMay } from "../../api/may.ts";
import { changed, servicesQuery } from "../../api/place-queries.ts";
import type { Service } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { Code } from "../../components/Code.tsx";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty, Loading, Problem } from "../../components/Empty.tsx";
import { type FieldSpec, FormDialog } from "../../components/FormDialog.tsx";
import { Page } from "../../components/Page.tsx";
import { Table } from "../../components/Table.tsx";
import { oneLine } from "../../components/visible.ts";
import { useActions } from "../../frame/actions.ts";
import { openPalette } from "../../palette/open.ts";
import { State, sensible } from "./State.tsx";

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
    hint: "where the agent itself keeps it: one on each line, passed on as they are; the others need none",
  },
  {
    name: "unit",
    label: "Unit or service",
    mono: true,
    hint: "only where systemd or Docker Compose keeps it",
  },
  {
    name: "file",
    label: "Compose file",
    mono: true,
    hint: "only for Docker Compose; below the agent’s root",
  },
  { name: "cwd", label: "Folder", mono: true, hint: "below the agent’s root" },
  { name: "env", label: "Environment", kind: "json", hint: 'such as {"PORT": "3000"}' },
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
    <Button look="primary" onClick={() => setEditing("new")}>
      <Plus size={14} aria-hidden="true" /> Define a service
    </Button>
  );
  const run = (slug: string, name: string) => openPalette({ command: { slug, args: { name } } });
  return (
    <Page title="Services" actions={define}>
      <div className="border-t">
        {services.data && services.error && (
          <Problem error={services.error} retry={() => void services.refetch()} />
        )}
        {!services.data ? (
          services.error ? (
            <Problem error={services.error} retry={() => void services.refetch()} />
          ) : (
            <Loading lines={4} label="Loading services" />
          )
        ) : services.data.length === 0 ? (
          <Empty title="No service is defined." action={define}>
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
                            onClick={() => run(`service-${verb}`, service.name)}
                          >
                            {verb === "start" && service.status === "failed" ? "Start now" : VERBS[verb]}
                          </Button>
                        ))}
                        <Button
                          look="quiet"
                          aria-label={`Logs of ${service.name}`}
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
                          aria-label={`Edit ${service.name}`}
                          onClick={() => setEditing(service)}
                        >
                          Edit
                        </Button>
                        <Button
                          look="quiet"
                          aria-label={`Remove ${service.name}`}
                          disabled={lives(service)}
                          title={lives(service) ? "Stop it first." : undefined}
                          onClick={() => setEnding(service)}
                        >
                          Remove
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
          title={editing === "new" ? "Define a service" : `Edit ${editing.name}`}
          verb={editing === "new" ? "Define the service" : "Save the service"}
          intro={editing === "new" ? undefined : "What runs goes on until it is restarted."}
          fields={editing === "new" ? [NAME, ...FIELDS] : FIELDS}
          initial={editing === "new" ? { driver: "process", restart: "on-failure" } : editing}
          submit={({ name, ...body }) =>
            ask(
              api.PUT("/api/services/{name}", {
                params: { path: { name: editing === "new" ? String(name) : editing.name } },
                body: body as never,
              }),
            )
          }
          onDone={() => changed("services")}
          onClose={() => setEditing(null)}
        />
      )}
      {ending && (
        <Confirm
          title={`Remove ${ending.name}?`}
          verb={`Remove ${ending.name}`}
          run={() => ask(api.DELETE("/api/services/{name}", { params: { path: { name: ending.name } } }))}
          onDone={() => changed("services")}
          onClose={() => setEnding(null)}
        >
          <p>Its definition is forgotten. What it wrote and logged stays on its machine.</p>
        </Confirm>
      )}
    </Page>
  );
}
