/** Costs: sums by month and category, single ones, import of a CSV with a preview. */
import * as z from "zod";
import { isNew } from "../db/audit.ts";
import {
  type Cost,
  costsStatement,
  knownCosts,
  listCosts,
  readCost,
  removeCostStatement,
  sumCosts,
} from "../db/costs.ts";
import { Refusal } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { action, json, missing, noted, type PlatformContext, page } from "./action.ts";
import { readCostRows } from "./cost-rows.ts";
import { amount, currency, day, id, line, month, name, paging } from "./fields.ts";

const span = { from: month.optional(), to: month.optional(), category: z.string().max(200).optional() };
export const costSumSchema = z.strictObject(span);
export const costListSchema = z.strictObject({ ...paging, ...span });
export const newCostSchema = z.strictObject({
  spent_on: day,
  category: name,
  vendor: line,
  description: z.string().trim().max(1_000).nullable().optional(),
  amount_minor: amount,
  currency,
});
export const costImportSchema = z.strictObject({
  csv: z.string().min(1).max(LIMITS.importChars),
  currency: currency.optional().describe("of rows that name none"),
  dry_run: z.boolean().default(false).describe("only show what would be taken"),
  skip_errors: z.boolean().default(false).describe("take the good rows and leave the others"),
});

/** A year back from now, this month included, unless said. */
function spanOf(context: PlatformContext, input: { from?: string | undefined; to?: string | undefined }) {
  const to = input.to ?? new Date(context.now).toISOString().slice(0, 7);
  const [year = "", months = ""] = to.split("-");
  const from =
    input.from ?? new Date(Date.UTC(Number(year), Number(months) - 12, 1)).toISOString().slice(0, 7);
  if (from > to)
    throw new Refusal("invalid_args", "from lies after to.", {
      issues: [{ path: "from", message: "lies after to" }],
    });
  return { from, to };
}

export const costsSum = action({
  scope: "audit:read",
  input: costSumSchema,
  async run(context, input) {
    const { db, tenantId } = context;
    const { from, to } = spanOf(context, input);
    const items = await sumCosts(db, {
      tenantId,
      from,
      to,
      category: input.category ?? null,
      limit: LIMITS.queryRows,
    });
    const totals = new Map<string, number>();
    for (const { currency: unit, amount_minor } of items)
      totals.set(unit, (totals.get(unit) ?? 0) + amount_minor);
    return {
      from,
      to,
      items: json(items),
      totals: [...totals].map(([unit, sum]) => ({ currency: unit, amount_minor: sum })),
    };
  },
});

export const costsList = action({
  scope: "audit:read",
  input: costListSchema,
  async run(context, input) {
    const { db, tenantId } = context;
    const [, cursorDay, cursorId] = /^(\d{4}-\d\d-\d\d)\.(\w+)$/.exec(input.cursor ?? "") ?? [];
    const found = await listCosts(db, {
      tenantId,
      ...spanOf(context, { to: input.to ?? "9999-12", from: input.from ?? "0000-01" }),
      category: input.category ?? null,
      before: cursorDay && cursorId ? { day: cursorDay, id: cursorId } : null,
      limit: input.limit + 1,
    });
    const { items, next_cursor } = page(found, input.limit, (cost) => `${cost.spent_on}.${cost.id}`);
    return { items: json(items), next_cursor };
  },
});

export const costsAdd = action({
  scope: "admin",
  input: newCostSchema,
  async run(context, input) {
    const { db, tenantId, now } = context;
    const cost: Cost = {
      id: await context.newId("cost"),
      spent_on: input.spent_on,
      category: input.category,
      vendor: input.vendor ?? null,
      description: input.description ?? null,
      amount_minor: input.amount_minor,
      currency: input.currency,
      source: "manual",
      created_at: now,
    };
    await db.batch([
      noted(context, { action: "cost.added", target: cost.id }, isNew("costs", tenantId, cost.id)),
      costsStatement(db, tenantId, [cost]),
    ]);
    return { cost: json(cost) };
  },
});

export const costsRemove = action({
  scope: "admin",
  input: z.strictObject({ id }),
  async run(context, input) {
    const { db, tenantId } = context;
    const cost = await readCost(db, tenantId, input.id);
    if (!cost) throw missing("cost");
    const { spent_on, category, amount_minor, currency: unit } = cost;
    const detail = { spent_on, category, amount_minor, currency: unit };
    await db.batch([
      noted(context, { action: "cost.removed", target: cost.id, detail }),
      removeCostStatement(db, tenantId, cost.id),
    ]);
    return { cost: json(cost) };
  },
});

/** Takes all rows or none; the same file again adds nothing. */
export const costsImport = action({
  scope: "admin",
  input: costImportSchema,
  async run(context, input) {
    const { db, tenantId, now } = context;
    const { costs, errors, rows } = await readCostRows(input.csv, { currency: input.currency ?? null, now });
    const known = await knownCosts(
      db,
      tenantId,
      costs.map((cost) => cost.id),
    );
    const fresh = costs.filter((cost) => !known.has(cost.id));
    const shown = {
      rows,
      valid: costs.length,
      duplicates: costs.length - fresh.length,
      errors: json(errors.slice(0, 100)),
      error_count: errors.length,
      preview: json(fresh.slice(0, LIMITS.importPreview)),
    };
    if (input.dry_run) return { ...shown, imported: 0 };
    if (errors.length > 0 && !input.skip_errors)
      throw new Refusal(
        "invalid_args",
        `${errors.length} row(s) cannot be taken, so none was: line ${errors[0]?.line}: ${errors[0]?.message}.`,
        { issues: errors.slice(0, 50).map(({ line: at, message }) => ({ path: `csv.${at}`, message })) },
      );
    if (fresh.length > 0)
      await db.batch([
        noted(context, { action: "costs.imported", target: "costs", detail: { rows: fresh.length } }),
        costsStatement(db, tenantId, fresh),
      ]);
    return { ...shown, imported: fresh.length };
  },
});
