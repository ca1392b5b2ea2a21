import { api, ask, idempotencyKey } from "../../api/client.ts";
import type { Employee, Values } from "../../api/types.ts";
import { oneLine } from "../../components/visible.ts";
import { dayText, majorOf, minorOf, moneyText } from "./money.ts";
import { type Kind, Records } from "./Records.tsx";

/** The cost is typed in whole units and sent in the smallest. */
function bodyOf({ cost, currency, ...rest }: Values): Values {
  if (cost === undefined) return rest;
  if (cost === null) return { ...rest, monthly_cost_minor: null };
  return {
    ...rest,
    monthly_cost_minor: minorOf(Number(cost), String(currency)),
    currency: currency ?? null,
  };
}

const EMPLOYEES: Kind<Employee> = {
  key: "employees",
  title: "Employees",
  one: "employee",
  nameOf: ({ name }) => name,
  searchable: true,
  list: (query) =>
    ask(api.GET("/api/meauxos/employees", { params: { query: { limit: 100, ...query } as never } })),
  columns: [
    {
      head: "Name",
      cell: ({ name, title, status, ended_on }) => (
        <>
          <span className="font-medium">{oneLine(name, 160)}</span>
          {status === "left" && (
            <span className="text-muted"> left{ended_on ? ` ${dayText(ended_on)}` : ""}</span>
          )}
          {title && <span className="block text-muted text-sm">{oneLine(title, 120)}</span>}
        </>
      ),
    },
    { head: "Department", cell: ({ department }) => oneLine(department ?? "–", 80) },
    { head: "E-mail", cell: ({ email }) => email ?? "–" },
    { head: "Since", cell: ({ started_on }) => (started_on ? dayText(started_on) : "–") },
    {
      head: "Cost a month",
      right: true,
      cell: ({ monthly_cost_minor, currency }) =>
        monthly_cost_minor === null ? (
          "–"
        ) : (
          <span className="tabular-nums">{moneyText(monthly_cost_minor, currency)}</span>
        ),
    },
  ],
  fields: [
    { name: "name", label: "Name", required: true },
    { name: "email", label: "E-mail address" },
    { name: "title", label: "Title" },
    { name: "department", label: "Department" },
    { name: "started_on", label: "Since", kind: "day" },
    { name: "cost", label: "Cost a month", kind: "number", path: "monthly_cost_minor" },
    { name: "currency", label: "Currency", hint: "three capital letters, such as EUR" },
  ],
  initial: { currency: "EUR" },
  formOf: (employee) => ({ ...employee, cost: majorOf(employee.monthly_cost_minor, employee.currency) }),
  create: (body) =>
    ask(
      api.POST("/api/meauxos/employees", {
        params: { header: idempotencyKey() },
        body: bodyOf(body) as never,
      }),
    ),
  update: ({ id }, body) =>
    ask(api.PUT("/api/meauxos/employees/{id}", { params: { path: { id } }, body: bodyOf(body) as never })),
  end: {
    verb: "Mark as left…",
    keeps: true,
    title: (name) => `Has ${name} left?`,
    confirm: (name) => `Mark as left: ${name}`,
    says: "They are listed as having left from today. Nothing is deleted.",
    run: ({ id }) => ask(api.DELETE("/api/meauxos/employees/{id}", { params: { path: { id } } })),
    over: ({ status }) => status === "left",
  },
  empty: "People of the company, with what they cost.",
};

export function EmployeesPage() {
  return <Records of={EMPLOYEES} />;
}
