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
import { Status } from "../../components/Status.tsx";
import { Table } from "../../components/Table.tsx";
import { Time } from "../../components/Time.tsx";
import { oneLine, valueText } from "../../components/visible.ts";
import { useActions } from "../../frame/actions.ts";
import { openPalette } from "../../palette/open.ts";

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
  { name: "description", label: "What it is", kind: "area" },
  {
    name: "command",
    label: "Program and arguments",
    kind: "lines",
    hint: "for the agent itself: one on each line, passed on as they are",
  },
  { name: "unit", label: "Unit or service", mono: true, hint: "for systemd and Compose" },
  { name: "file", label: "Compose file", mono: true, hint: "below the agent’s root" },
  { name: "cwd", label: "Folder", mono: true, hint: "below the agent’s root" },
  { name: "env", label: "Environment", kind: "json", hint: 'such as {"PORT": "3000"}' },
  { name: "restart", label: "Started again", kind: "select", options: ["no", "on-failure", "always"] },
  { name: "labels", label: "On agents with the labels", kind: "words" },
];
const NAME: FieldSpec = { name: "name", label: "Name", required: true, mono: true, placeholder: "web" };

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
                cell: ({ status, status_at, status_detail }) => (
                  <>
                    <span className="inline-flex flex-wrap items-baseline gap-x-2">
                      <Status status={status} />
                      {status_at !== null && <Time at={status_at} className="text-muted text-sm" />}
                    </span>
                    {status_detail && (
                      <span className="block text-muted text-sm">
                        {oneLine(
                          Object.entries(status_detail)
                            .map(([name, value]) => `${name} ${valueText(value)}`)
                            .join(", "),
                          200,
                        )}
                      </span>
                    )}
                  </>
                ),
              },
              {
                head: "Runs",
                cell: ({ driver, command, unit }) => (
                  <Code className="text-sm">
                    {driver === "process" ? oneLine(command.join(" "), 120) : `${driver}: ${unit}`}
                  </Code>
                ),
              },
              {
                head: "What to do",
                actions: true,
                cell: (service) => (
                  <>
                    {mayRun && (
                      <>
                        <Button onClick={() => run("service-start", service.name)}>Start</Button>
                        <Button onClick={() => run("service-stop", service.name)}>Stop</Button>
                        <Button onClick={() => run("service-restart", service.name)}>Restart</Button>
                        <Button look="quiet" onClick={() => run("service-logs", service.name)}>
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
          <p>Its definition is forgotten. It must be stopped first.</p>
        </Confirm>
      )}
    </Page>
  );
}
