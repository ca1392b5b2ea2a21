/** The common patterns of a schedule in words; null for those that are better read as they are written. */
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const NUMBER = /^\d+$/;

export function cronWords(cron: string): string | null {
  const [minute = "", hour = "", day = "", month = "", weekday = "", ...more] = cron.trim().split(/\s+/);
  if (more.length > 0 || month !== "*") return null;
  const always = day === "*" && weekday === "*";
  if (hour === "*" && always) {
    const every = /^\*\/(\d+)$/.exec(minute)?.[1];
    if (minute === "*") return "every minute";
    if (every) return `every ${every} minutes`;
    return NUMBER.test(minute) ? `every hour at :${minute.padStart(2, "0")}` : null;
  }
  const everyHours = /^\*\/(\d+)$/.exec(hour)?.[1];
  if (everyHours && NUMBER.test(minute) && always)
    return `every ${everyHours} hours at :${minute.padStart(2, "0")}`;
  if (!NUMBER.test(minute) || !NUMBER.test(hour)) return null;
  const at = `at ${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (always) return `every day ${at}`;
  if (weekday === "*") return NUMBER.test(day) ? `on day ${day} of each month ${at}` : null;
  const on = day === "*" ? weekdays(weekday) : null;
  return on && `${on} ${at}`;
}

function weekdays(text: string): string | null {
  const one = (word: string) => (NUMBER.test(word) ? DAYS[Number(word) % 7] : undefined);
  const range = /^(\d)-(\d)$/.exec(text);
  if (range) return `${one(range[1] ?? "")} to ${one(range[2] ?? "")}`;
  const names = text.split(",").map(one);
  if (names.some((name) => name === undefined)) return null;
  return names.length === 1 ? `every ${names[0]}` : `on ${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Whether times of this zone are not those on the reader's own clock: then it has to be named. */
export function foreignZone(zone: string): boolean {
  return zone !== Intl.DateTimeFormat().resolvedOptions().timeZone;
}
