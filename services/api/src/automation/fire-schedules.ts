/** The tick of schedules: takes what is due, once, and starts it. */
import { countBetween, nextAt } from "@tw/shared/automation/cron";
import { derivedRunId } from "@tw/shared/automation/run-id";
import {
  activeRunOf,
  dueSchedules,
  type Fire,
  readSchedule,
  type Schedule,
  settleFire,
  takeMoment,
  takeOrphans,
} from "@tw/shared/db/schedules";
import { Refusal } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";
import type { Env } from "../env.ts";
import { launch } from "./launch.ts";

/** Fires every schedule whose time has come. One that throws does not keep the others. */
export async function fireSchedules(env: Env, now: number): Promise<void> {
  for (const orphan of await takeOrphans(env.DB, LIMITS.scheduleClaimMs, now)) {
    const schedule = await readSchedule(env.DB, orphan.tenantId, orphan.scheduleId);
    if (schedule) await fire(env, schedule, orphan);
  }
  for (const schedule of await dueSchedules(env.DB, now, LIMITS.schedulesPerTick)) {
    const dueAt = schedule.nextAt as number;
    const missed = countBetween(schedule.cron, schedule.timeZone, dueAt, now);
    const taken = {
      dueAt,
      missed,
      // From now on and not from then: whatever passed meanwhile is this one run.
      nextAt: nextAt(schedule.cron, schedule.timeZone, now),
      runId: await derivedRunId(`${schedule.id}\n${dueAt}`, now),
      claimMs: LIMITS.scheduleClaimMs,
    };
    if (!(await takeMoment(env.DB, schedule, taken, now))) continue;
    const { id: scheduleId, tenantId } = schedule;
    const moment: Fire = { ...taken, scheduleId, tenantId, status: "pending", message: null, at: now };
    await fire(env, schedule, moment);
  }
}

async function fire(env: Env, schedule: Schedule, moment: Fire): Promise<void> {
  const { tenantId } = schedule;
  const late = moment.at - moment.dueAt > LIMITS.scheduleLateMs;
  const settle = (status: "started" | "refused" | "skipped", message: string | null) =>
    settleFire(env.DB, moment, { status, message });
  try {
    if (late && !schedule.catchUp)
      return await settle("skipped", "It was missed while nothing ran, and this schedule does not catch up.");
    const active =
      schedule.overlap === "skip" ? await activeRunOf(env.DB, { tenantId, scheduleId: schedule.id }) : null;
    if (active && active !== moment.runId)
      return await settle("skipped", `Its run before, ${active}, is still under way.`);
    await launch(env, {
      tenantId,
      userId: schedule.userId,
      command: schedule.command,
      ask: { ...schedule.ask, note: schedule.ask.note ?? `Schedule: ${schedule.name}` },
      context: {
        trigger: {
          type: "schedule",
          id: schedule.id,
          due_at: moment.dueAt,
          catch_up: late,
          missed: moment.missed,
        },
      },
      runId: moment.runId,
    });
    await settle("started", late ? `Catches up on ${moment.missed + 1}.` : null);
  } catch (error) {
    if (error instanceof Refusal && error.status < 500) return await settle("refused", error.message);
    // Left pending: the next tick after the claim tries again, under the same run id.
    console.error(`schedule ${schedule.id} could not be fired now:`, error);
  }
}
