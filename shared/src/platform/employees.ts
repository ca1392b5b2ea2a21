/** Employees: list, look up, make, change, let go. */
import * as z from "zod";
import { isNew } from "../db/audit.ts";
import {
  type Employee,
  employeeByEmail,
  employeeStatement,
  listEmployees,
  readEmployee,
} from "../db/employees.ts";
import { Refusal } from "../errors.ts";
import { action, json, missing, noted, type PlatformContext, page } from "./action.ts";
import { amount, currency, day, email, id, line, name, paging, q } from "./fields.ts";

const more = {
  email,
  title: line,
  department: line,
  started_on: day.nullable().optional(),
  ended_on: day.nullable().optional(),
  monthly_cost_minor: amount.min(0).nullable().optional(),
  currency: currency.nullable().optional(),
};
const status = z.enum(["active", "left"]);
export const newEmployeeSchema = z.strictObject({ name, ...more });
export const employeeChangeSchema = z.strictObject({
  name: name.optional(),
  ...more,
  status: status.optional(),
});
export const employeeListSchema = z.strictObject({
  ...paging,
  q,
  department: z.string().max(200).optional(),
  status: status.optional(),
});

export const employeesList = action({
  scope: "audit:read",
  input: employeeListSchema,
  async run({ db, tenantId }, input) {
    const found = await listEmployees(db, {
      tenantId,
      q: input.q ?? null,
      department: input.department ?? null,
      status: input.status ?? null,
      after: input.cursor ?? null,
      limit: input.limit + 1,
    });
    const { items, next_cursor } = page(found, input.limit, (employee) => employee.id);
    return { items: json(items), next_cursor };
  },
});

export const employeesGet = action({
  scope: "audit:read",
  input: z.strictObject({ id }),
  run: async (context, input) => ({ employee: json(await need(context, input.id)) }),
});

export const employeesCreate = action({
  scope: "admin",
  input: newEmployeeSchema,
  async run(context, input) {
    const { tenantId, now } = context;
    const employee: Employee = {
      id: await context.newId("employee"),
      name: input.name,
      email: input.email ?? null,
      title: input.title ?? null,
      department: input.department ?? null,
      started_on: input.started_on ?? null,
      ended_on: input.ended_on ?? null,
      monthly_cost_minor: input.monthly_cost_minor ?? null,
      currency: input.currency ?? null,
      status: "active",
      created_at: now,
      updated_at: now,
    };
    await write(context, employee, "employee.created", isNew("employees", tenantId, employee.id));
    return { employee: json(employee) };
  },
});

export const employeesUpdate = action({
  scope: "admin",
  input: z.strictObject({ id, ...employeeChangeSchema.shape }),
  async run(context, { id: of, ...change }) {
    const before = await need(context, of);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const employee = { ...before, ...given, updated_at: context.now } as Employee;
    await write(context, employee, "employee.changed");
    return { employee: json(employee) };
  },
});

/** Nobody is deleted: costs of the past stay true. */
export const employeesLeave = action({
  scope: "admin",
  input: z.strictObject({ id, ended_on: day.optional() }),
  run: (context, input) =>
    employeesUpdate.run(context, {
      id: input.id,
      status: "left",
      ended_on: input.ended_on ?? new Date(context.now).toISOString().slice(0, 10),
    }),
});

async function write(
  context: PlatformContext,
  employee: Employee,
  what: string,
  only?: { sql: string; values: unknown[] },
): Promise<void> {
  const { db, tenantId } = context;
  const { started_on, ended_on, monthly_cost_minor, currency: unit } = employee;
  if (started_on && ended_on && ended_on < started_on)
    throw new Refusal("invalid_args", "ended_on lies before started_on.", {
      issues: [{ path: "ended_on", message: "lies before started_on" }],
    });
  if (monthly_cost_minor !== null && unit === null)
    throw new Refusal("invalid_args", "A monthly cost needs its currency.", {
      issues: [{ path: "currency", message: "is needed with monthly_cost_minor" }],
    });
  const holder = employee.email && (await employeeByEmail(db, tenantId, employee.email));
  if (holder && holder !== employee.id)
    throw new Refusal("conflict", `Another employee has the address ${employee.email}.`, {
      issues: [{ path: "email", message: `is ${holder}'s` }],
    });
  await db.batch([
    noted(context, { action: what, target: employee.id }, only),
    employeeStatement(db, tenantId, employee),
  ]);
}

async function need({ db, tenantId }: PlatformContext, of: string): Promise<Employee> {
  const employee = await readEmployee(db, tenantId, of);
  if (!employee) throw missing("employee");
  return employee;
}
