/** From a CSV's text to costs, with a reason for every row that is none. Pure but for the hash that names a row. */
import type { Cost } from "../db/costs.ts";
import { Refusal } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { readCsv } from "./csv.ts";
import { currency as currencySchema, day } from "./fields.ts";

export interface RowError {
  line: number;
  field: string;
  message: string;
}

/** Headings that spreadsheets and invoices use, in small letters, by what they mean. */
const HEADINGS = {
  spent_on: ["spent_on", "date", "day", "invoice date"],
  category: ["category", "type", "account"],
  amount: ["amount", "cost", "price", "total", "sum"],
  currency: ["currency", "cur"],
  vendor: ["vendor", "supplier", "merchant", "payee"],
  description: ["description", "note", "notes", "memo", "details"],
} as const;
type Field = keyof typeof HEADINGS;
const NEEDED: Field[] = ["spent_on", "category", "amount"];
/** Currencies without a smaller unit. */
const WHOLE = new Set("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" "));

/** @throws Refusal (422) when the headings lack something or there are too many rows */
export async function readCostRows(
  csv: string,
  { currency, now }: { currency: string | null; now: number },
): Promise<{ costs: Cost[]; errors: RowError[]; rows: number }> {
  const [head, ...rows] = readCsv(csv);
  const at = columnsOf(head?.cells ?? []);
  if (rows.length > LIMITS.importRows)
    throw refuse(`${rows.length} rows; at most ${LIMITS.importRows} are taken at once`);
  const costs: Cost[] = [];
  const errors: RowError[] = [];
  /** Two rows that say the same are two costs: the second has another number. */
  const seen = new Map<string, number>();
  for (const { line, cells } of rows) {
    const cell = (field: Field) => (at[field] === undefined ? "" : (cells[at[field]] ?? "").trim());
    const wrong: RowError[] = [];
    const fail = (field: Field, message: string) =>
      wrong.push({ line, field, message: `${field} ${message}` });
    if (!day.safeParse(cell("spent_on")).success)
      fail("spent_on", `is no day (YYYY-MM-DD): ${JSON.stringify(cell("spent_on").slice(0, 40))}`);
    if (cell("category") === "") fail("category", "is empty");
    if (cell("category").length > 200) fail("category", "is longer than 200 characters");
    const unit = (cell("currency") || currency || "").toUpperCase();
    if (unit === "") fail("currency", "is given neither in the row nor for the whole file");
    else if (!currencySchema.safeParse(unit).success) fail("currency", "is not three letters");
    const minor = minorUnits(cell("amount"), WHOLE.has(unit) ? 0 : 2);
    if (minor === null) fail("amount", `is no amount: ${JSON.stringify(cell("amount").slice(0, 40))}`);
    if (wrong.length > 0) {
      errors.push(...wrong);
      continue;
    }
    const cost = {
      spent_on: cell("spent_on"),
      category: cell("category"),
      vendor: cell("vendor").slice(0, 200) || null,
      description: cell("description").slice(0, 1_000) || null,
      amount_minor: minor as number,
      currency: unit,
    };
    const content = JSON.stringify(cost);
    const nth = (seen.get(content) ?? 0) + 1;
    seen.set(content, nth);
    costs.push({ id: await idOf(`${nth}${content}`), ...cost, source: "csv", created_at: now });
  }
  return { costs, errors, rows: rows.length };
}

function columnsOf(cells: string[]): { [field in Field]?: number } {
  const headings = cells.map((cell) => cell.trim().toLowerCase());
  const at: { [field in Field]?: number } = {};
  for (const [field, names] of Object.entries(HEADINGS) as [Field, readonly string[]][]) {
    const column = headings.findIndex((heading) => names.includes(heading));
    if (column >= 0) at[field] = column;
  }
  const lacking = NEEDED.filter((field) => at[field] === undefined);
  if (lacking.length > 0)
    throw refuse(
      `the first line must name the columns; ${lacking.map((field) => `none is ${HEADINGS[field].slice(0, 3).join(" or ")}`).join(", ")}`,
    );
  return at;
}

/** `1,234.50`, `1234.5`, `-12`, `(12.00)` for a negative one, `1.234,50`; null for what is none of these. */
export function minorUnits(text: string, decimals: number): number | null {
  let plain = text.replace(/[\s\u00a0'€$£]/g, "");
  const negative = /^\(.*\)$/.test(plain) || plain.startsWith("-");
  plain = plain.replace(/^\((.*)\)$/, "$1").replace(/^[-+]/, "");
  // The last sign followed by one or two digits is the decimal one; the others group.
  const decimal = /[.,](\d{1,2})$/.exec(plain);
  const whole = decimal ? plain.slice(0, decimal.index) : plain;
  if (!/^(\d+|\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)$/.test(whole)) return null;
  const fraction = decimal?.[1] ?? "";
  if (fraction.length > decimals) return null;
  const digits = whole.replace(/[.,]/g, "") + fraction.padEnd(decimals, "0");
  const value = Number(digits);
  if (!Number.isSafeInteger(value) || value > 90_000_000_000_000) return null;
  return negative && value !== 0 ? -value : value;
}

async function idOf(content: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `cost_${hex.slice(0, 32)}`;
}

function refuse(message: string): Refusal {
  return new Refusal("invalid_args", `csv: ${message}.`, { issues: [{ path: "csv", message }] });
}
