/** Amounts in a currency's smallest unit, and days, as people write and read them. Pure. */

function digits(currency: string): number {
  try {
    return (
      new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ??
      2
    );
  } catch {
    return 2;
  }
}

/** "€1,234.50" */
export function moneyText(minor: number | null, currency: string | null): string {
  if (minor === null || currency === null) return "–";
  const amount = minor / 10 ** digits(currency);
  try {
    return new Intl.NumberFormat(undefined, { style: "currency", currency }).format(amount);
  } catch {
    return `${amount} ${currency}`;
  }
}

/** 12.5 euros are 1250 cents. */
export function minorOf(amount: number, currency: string): number {
  return Math.round(amount * 10 ** digits(currency));
}

/** What stands in a field. */
export function majorOf(minor: number | null, currency: string | null): string {
  return minor === null || currency === null
    ? ""
    : (minor / 10 ** digits(currency)).toFixed(digits(currency));
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const month = new Intl.DateTimeFormat(undefined, { month: "short", year: "numeric", timeZone: "UTC" });

/** "2026-11-03" as a calendar writes it. */
export function dayText(iso: string): string {
  const at = Date.parse(`${iso}T00:00:00Z`);
  return Number.isNaN(at) ? iso : day.format(at);
}

/** The month of "2026-11" or of a day in it. */
export function monthText(iso: string): string {
  const at = Date.parse(`${iso.slice(0, 7)}-01T00:00:00Z`);
  return Number.isNaN(at) ? iso : month.format(at);
}
