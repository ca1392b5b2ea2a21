/**
 * When a schedule is due. Five fields, a time zone by its IANA name. A local time that the clocks skip fires at the first moment
 * after the gap; one that they repeat fires once, at its first coming. Pure.
 */
import { Cron } from "croner";

/** Of a schedule that was away for long, so many missed moments are counted. */
const COUNT_AT_MOST = 1_000;

/** What is wrong with a pattern or a zone; null when they can be used. */
export function cronProblem(cron: string, timeZone: string): { path: string; message: string } | null {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    return {
      path: "time_zone",
      message: `${timeZone} is no time zone; take a name such as Europe/Berlin or UTC`,
    };
  }
  try {
    return nextAt(cron, timeZone, 0) === null
      ? { path: "cron", message: "never comes: there is no such day" }
      : null;
  } catch (error) {
    const said = String((error as Error).message).replace(/^Cron\w+: /, "");
    return { path: "cron", message: `five fields, minute hour day month weekday: ${said}` };
  }
}

/** The first moment after `after` (ms), or null when there is none. */
export function nextAt(cron: string, timeZone: string, after: number): number | null {
  return parsed(cron, timeZone).nextRun(new Date(after))?.getTime() ?? null;
}

/** The next `count` moments after `after`. */
export function nextRuns(cron: string, timeZone: string, after: number, count: number): number[] {
  return parsed(cron, timeZone)
    .nextRuns(count, new Date(after))
    .map((date) => date.getTime());
}

/** How many moments lie after `from`, up to and including `to`; counted to 1,000. */
export function countBetween(cron: string, timeZone: string, from: number, to: number): number {
  const pattern = parsed(cron, timeZone);
  let count = 0;
  for (let at = pattern.nextRun(new Date(from)); at && at.getTime() <= to && count < COUNT_AT_MOST; count++)
    at = pattern.nextRun(at);
  return count;
}

function parsed(cron: string, timeZone: string): Cron {
  return new Cron(cron, { timezone: timeZone, mode: "5-part", paused: true });
}
