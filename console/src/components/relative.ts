const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

/** "12 s ago", "3 min ago", "in 5 h", "4 Mar". */
export function relative(at: number, now: number): string {
  const past = now - at;
  const size = Math.abs(past);
  if (size < 5_000) return past >= 0 ? "just now" : "in a moment";
  if (size >= 6 * 86_400_000)
    return new Date(at).getFullYear() === new Date(now).getFullYear() ? day.format(at) : dayOfYear.format(at);
  // What has passed is counted in whole units; of what is to come the nearest: 3 h 58 min ahead is no "in 3 h".
  const count = past >= 0 ? Math.floor : Math.round;
  const [ms, unit] = UNITS.find(([ms, , next]) => count(size / ms) < next) ?? [86_400_000, "d"];
  const text = `${count(size / ms)} ${unit}`;
  return past >= 0 ? `${text} ago` : `in ${text}`;
}
const UNITS = [
  [1_000, "s", 60],
  [60_000, "min", 60],
  [3_600_000, "h", 24],
] as const;
