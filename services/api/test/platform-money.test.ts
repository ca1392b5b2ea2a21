/** Costs and employees: what their routes do, who may, what they refuse. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Api, type Client, ok, startApi } from "./api.ts";

let api: Api;
let operator: Client;
beforeAll(async () => {
  api = await startApi();
  operator = await api.person("operator");
});
afterAll(() => api?.stop());

describe("costs", () => {
  const csv = [
    "Date;Category;Vendor;Amount;Currency",
    '2026-01-05;hosting;"Cloud; Inc";1.250,50;EUR',
    "2026-01-09;hosting;Cloud;12.5;EUR",
    '2026-02-01;"people ""ops""";;(3.00);eur',
    "2026-02-02;travel;Rail;900;JPY",
    "",
  ].join("\r\n");

  test("a CSV is previewed, taken once, and summed by month and category", async () => {
    const before = await api.rows();
    const shown = await ok(api.owner("POST", "/api/meauxos/costs/import", { csv, dry_run: true }));
    expect(shown).toMatchObject({ rows: 4, valid: 4, imported: 0, duplicates: 0, errors: [] });
    expect(shown.preview[0]).toMatchObject({ amount_minor: 125_050, vendor: "Cloud; Inc", currency: "EUR" });
    expect(await api.rows()).toEqual(before);
    expect((await ok(api.owner("POST", "/api/meauxos/costs/import", { csv }))).imported).toBe(4);
    expect(await ok(api.owner("POST", "/api/meauxos/costs/import", { csv }))).toMatchObject({
      imported: 0,
      duplicates: 4,
    });
    const sums = await ok(operator("GET", "/api/meauxos/costs?from=2026-01&to=2026-02"));
    expect(sums.items).toContainEqual({
      month: "2026-01",
      category: "hosting",
      currency: "EUR",
      amount_minor: 126_300,
      count: 2,
    });
    expect(sums.items).toContainEqual({
      month: "2026-02",
      category: 'people "ops"',
      currency: "EUR",
      amount_minor: -300,
      count: 1,
    });
    expect(sums.totals).toContainEqual({ currency: "JPY", amount_minor: 900 });
    const entries = await ok(operator("GET", "/api/meauxos/costs/entries?category=hosting&limit=1"));
    const rest = await ok(
      operator("GET", `/api/meauxos/costs/entries?category=hosting&limit=1&cursor=${entries.next_cursor}`),
    );
    expect([entries.items[0].spent_on, rest.items[0].spent_on, rest.next_cursor]).toEqual([
      "2026-01-09",
      "2026-01-05",
      null,
    ]);
    await ok(api.owner("DELETE", `/api/meauxos/costs/${rest.items[0].id}`), 204);
  });

  test("every wrong row is named with its line, and none is taken", async () => {
    const bad =
      'date,category,amount,currency\n2026-02-30,a,1,EUR\n2026-01-01,,1,EUR\n2026-01-01,a,1.234,EUR\n"2026-01-01","a\nb",x,EURO\n2026-01-01,good,1,EUR\n';
    const before = await api.rows();
    const refused = await ok(api.owner("POST", "/api/meauxos/costs/import", { csv: bad }), 422);
    expect(refused.error.issues.map((issue: { path: string }) => issue.path)).toEqual([
      "csv.2",
      "csv.3",
      "csv.5",
      "csv.5",
    ]);
    expect(await api.rows()).toEqual(before);
    const shown = await ok(api.owner("POST", "/api/meauxos/costs/import", { csv: bad, dry_run: true }));
    expect(shown).toMatchObject({ rows: 5, valid: 2, error_count: 4 });
    expect(shown.errors[0]).toEqual({
      line: 2,
      field: "spent_on",
      message: expect.stringContaining("2026-02-30"),
    });
    expect(
      (await ok(api.owner("POST", "/api/meauxos/costs/import", { csv: bad, skip_errors: true }))).imported,
    ).toBe(2);
    for (const text of ["", "a,b\n1,2", "date,category\n2026-01-01,x"])
      expect(
        (await api.owner("POST", "/api/meauxos/costs/import", { csv: text })).status,
      ).toBeGreaterThanOrEqual(400);
  });
});

test("employees: their address is theirs alone, they leave and stay", async () => {
  const { employee } = await ok(
    api.owner("POST", "/api/meauxos/employees", {
      name: "Ann",
      email: "ann@corp.example",
      started_on: "2026-01-01",
      monthly_cost_minor: 500_000,
      currency: "EUR",
    }),
    201,
  );
  await ok(api.owner("POST", "/api/meauxos/employees", { name: "Bo", email: "ann@corp.example" }), 409);
  await ok(api.owner("PUT", `/api/meauxos/employees/${employee.id}`, { ended_on: "2025-01-01" }), 422);
  await ok(api.owner("PUT", `/api/meauxos/employees/${employee.id}`, { currency: null }), 422);
  await ok(api.owner("POST", "/api/meauxos/employees", { name: "C", started_on: "2026-02-30" }), 400);
  const left = await ok(api.owner("DELETE", `/api/meauxos/employees/${employee.id}`));
  expect(left.employee).toMatchObject({
    status: "left",
    ended_on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
  });
  expect((await ok(operator("GET", "/api/meauxos/employees?q=ann"))).items).toHaveLength(1);
});
