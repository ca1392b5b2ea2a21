import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, idempotencyKey } from "../../api/client.ts";
import { changed } from "../../api/place-queries.ts";
import type { Cost } from "../../api/types.ts";
import { Button } from "../../components/Button.tsx";
import { FormDialog } from "../../components/FormDialog.tsx";
import { oneLine } from "../../components/visible.ts";
import { toast } from "../../frame/toasts.ts";
import { dayText, minorOf, moneyText, monthText } from "./money.ts";
import { type Kind, Records } from "./Records.tsx";

const COSTS: Kind<Cost> = {
  key: "costs",
  title: "Costs",
  one: "cost",
  nameOf: ({ description, vendor, category }) => description ?? vendor ?? category,
  list: ({ cursor }) =>
    ask(
      api.GET("/api/meauxos/costs/entries", {
        params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } },
      }),
    ),
  columns: [
    {
      head: "Day",
      wide: true,
      cell: ({ spent_on }) => <span className="whitespace-nowrap">{dayText(spent_on)}</span>,
    },
    { head: "Category", wide: true, cell: ({ category }) => oneLine(category, 80) },
    {
      head: "What",
      cell: ({ vendor, description, category, spent_on, amount_minor, currency }) => (
        <>
          <span className="flex items-baseline justify-between gap-x-3">
            <span className="max-md:font-medium">{oneLine(vendor ?? description ?? category, 100)}</span>
            <span className="shrink-0 tabular-nums md:hidden">{moneyText(amount_minor, currency)}</span>
          </span>
          {vendor && description && (
            <span className="block text-muted text-sm">{oneLine(description, 160)}</span>
          )}
          <span className="block text-muted text-sm md:hidden">
            {dayText(spent_on)}, {oneLine(category, 80)}
          </span>
        </>
      ),
    },
    {
      head: "Amount",
      right: true,
      wide: true,
      cell: ({ amount_minor, currency }) => (
        <span className="whitespace-nowrap tabular-nums">{moneyText(amount_minor, currency)}</span>
      ),
    },
  ],
  fields: [
    { name: "spent_on", label: "Day", kind: "day", required: true },
    { name: "category", label: "Category", required: true, placeholder: "hosting" },
    { name: "vendor", label: "Paid to" },
    { name: "description", label: "For what" },
    { name: "amount", label: "Amount", kind: "number", required: true, path: "amount_minor" },
    { name: "currency", label: "Currency", required: true, hint: "three capital letters, such as EUR" },
  ],
  initial: { currency: "EUR", spent_on: new Date().toISOString().slice(0, 10) },
  create: ({ amount, ...rest }) =>
    ask(
      api.POST("/api/meauxos/costs", {
        params: { header: idempotencyKey() },
        body: { ...rest, amount_minor: minorOf(Number(amount), String(rest.currency)) } as never,
      }),
    ),
  end: {
    verb: "Delete",
    says: "It does not count any more. It cannot be brought back, but can be added again.",
    run: ({ id }) => ask(api.DELETE("/api/meauxos/costs/{id}", { params: { path: { id } } })),
  },
  empty: "Add one by hand, or take them all from a CSV file of your bank or your books.",
};

export function CostsPage() {
  const [importing, setImporting] = useState(false);
  return (
    <>
      <Records
        of={{
          ...COSTS,
          above: <Months />,
          actions: <Button onClick={() => setImporting(true)}>Import a CSV…</Button>,
        }}
      />
      {importing && (
        <FormDialog
          title="Import costs"
          verb="Import them"
          intro="A first line with the names of the columns, then one cost a line: date, category, amount, currency, vendor, description. All rows or none; those that are there already are left out."
          fields={[
            { name: "csv", label: "CSV", kind: "area", mono: true, required: true },
            { name: "skip_errors", label: "take the good rows and leave the others", kind: "check" },
          ]}
          submit={async (body) => {
            const { imported, duplicates, error_count, errors } = await ask(
              api.POST("/api/meauxos/costs/import", { body: body as never }),
            );
            if (imported === 0 && errors[0])
              throw new Error(`Line ${errors[0].line}, ${errors[0].field}: ${errors[0].message}`);
            changed("costs");
            toast({
              kind: "ok",
              text: `${imported} imported, ${duplicates} were there already, ${error_count} could not be read.`,
            });
          }}
          onClose={() => setImporting(false)}
        />
      )}
    </>
  );
}

/** The last twelve months, newest first: what each cost, and of what it was made. */
function Months() {
  const sums = useQuery({
    queryKey: ["costs", "sums"],
    queryFn: () => ask(api.GET("/api/meauxos/costs")),
  });
  if (!sums.data || sums.data.items.length === 0) return null;
  const months = Map.groupBy(sums.data.items, ({ month, currency }) => `${month} ${currency}`);
  const totals = [...months].slice(0, 12).map(([key, items]) => ({
    key,
    currency: items[0]?.currency ?? "",
    sum: items.reduce((sum, { amount_minor }) => sum + amount_minor, 0),
    items: items.toSorted((a, b) => b.amount_minor - a.amount_minor),
  }));
  const most = Math.max(...totals.map(({ sum }) => sum), 1);
  const whole = [...Map.groupBy(totals, ({ currency }) => currency)].map(([currency, of]) =>
    moneyText(
      of.reduce((sum, month) => sum + month.sum, 0),
      currency,
    ),
  );
  return (
    <section aria-label="By month" className="border-b px-4 py-3 md:px-6">
      <h2 className="mb-1.5 font-semibold">
        By month{" "}
        <span className="ml-1 font-normal text-muted tabular-nums">
          {totals.length > 1 && `${whole.join(" and ")} in ${totals.length} months`}
        </span>
      </h2>
      <ul className="grid gap-y-0.5">
        {totals.map(({ key, currency, sum, items }) => (
          <li
            key={key}
            className="grid grid-cols-[5rem_minmax(0,1fr)_6rem] items-center gap-x-3 md:grid-cols-[5rem_6rem_minmax(0,14rem)_minmax(0,1fr)]"
          >
            <span className="text-muted">{monthText(key)}</span>
            <span className="text-right tabular-nums max-md:order-last">{moneyText(sum, currency)}</span>
            <span aria-hidden="true" className="h-2 overflow-hidden rounded-full bg-sunken">
              <span
                className="block h-full rounded-full bg-accent"
                style={{ width: `${Math.max((100 * sum) / most, 0)}%` }}
              />
            </span>
            <span className="foreign truncate text-muted text-sm max-md:sr-only">
              {items
                .map((item) => `${item.category} ${moneyText(item.amount_minor, item.currency)}`)
                .join(", ")}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
