import { api, ask, idempotencyKey } from "../../api/client.ts";
import type { Client } from "../../api/types.ts";
import { Time } from "../../components/Time.tsx";
import { oneLine } from "../../components/visible.ts";
import { type Kind, Records } from "./Records.tsx";

const CLIENTS: Kind<Client> = {
  key: "clients",
  title: "Clients",
  one: "client",
  nameOf: ({ name }) => name,
  searchable: true,
  list: (query) => ask(api.GET("/api/clients", { params: { query: { limit: 100, ...query } } })),
  columns: [
    {
      head: "Name",
      cell: ({ name, company, status }) => (
        <>
          <span className="font-medium">{oneLine(name, 160)}</span>
          {status === "archived" && <span className="text-muted"> archived</span>}
          {company && <span className="block text-muted text-sm">{oneLine(company, 160)}</span>}
        </>
      ),
    },
    { head: "E-mail", cell: ({ email }) => email ?? "–" },
    {
      head: "Phone",
      cell: ({ phone }) => (phone ? <span className="whitespace-nowrap">{oneLine(phone, 60)}</span> : "–"),
    },
    {
      head: "Notes",
      cell: ({ notes }) => notes !== "" && <span className="text-muted">{oneLine(notes, 160)}</span>,
    },
    { head: "Since", wide: true, cell: ({ created_at }) => <Time at={created_at} className="text-muted" /> },
  ],
  fields: [
    { name: "name", label: "Name", required: true },
    { name: "email", label: "E-mail address" },
    { name: "company", label: "Company" },
    { name: "phone", label: "Phone" },
    { name: "notes", label: "Notes", kind: "area" },
  ],
  create: (body) =>
    ask(api.POST("/api/clients", { params: { header: idempotencyKey() }, body: body as never })),
  update: ({ id }, { notes, ...body }) =>
    ask(
      api.PUT("/api/clients/{id}", {
        params: { path: { id } },
        body: { ...body, notes: notes ?? "" } as never,
      }),
    ),
  end: {
    verb: "Archive",
    keeps: true,
    says: "It is not listed among those that are active any more. Nothing that refers to it is lost.",
    run: ({ id }) => ask(api.DELETE("/api/clients/{id}", { params: { path: { id } } })),
    over: ({ status }) => status === "archived",
  },
  empty: "The people and companies that you deploy for.",
};

export function ClientsPage() {
  return <Records of={CLIENTS} />;
}
