/** The state of the workspace: what runs, what waits, what hangs, what failed. */
import * as z from "zod";
import { type Infrastructure, readInfrastructure } from "../db/infrastructure.ts";
import { action, json } from "./action.ts";

const DAY = 86_400_000;
/** The sweep comes every minute; what is still due after two hangs. */
const OVERDUE_MS = 120_000;
const SHOWN = 20;

/** Counts at the top level, as they always were; parts, checks and lists beside them. */
export const infrastructureStatus = action({
  scope: "runs:read",
  input: z.strictObject({}),
  async run({ db, tenantId, now }) {
    const found = await readInfrastructure(db, {
      tenantId,
      overdueBefore: now - OVERDUE_MS,
      failedSince: `run_${(now - DAY).toString(36).padStart(9, "0")}`,
      lettersSince: now - 7 * DAY,
      limit: SHOWN,
    });
    const { work, overdue, dead_letters, ...lists } = found;
    const checks = checksOf(found, now);
    return {
      status: worstOf(checks),
      ...work,
      workers: workersOf(found, now),
      queues: json({
        runs: work.runs_in_work ?? 0,
        runs_overdue: overdue.runs,
        agent_jobs: work.jobs_queued ?? 0,
        calls: work.calls_queued ?? 0,
        notifications_overdue: overdue.notifications,
        dead_letters: dead_letters.count,
      }),
      database: json(lists.database),
      agent_list: json(lists.agents),
      services: json(lists.services),
      deployments: json(lists.deployments),
      failed_runs: json(lists.failed),
      checks: json(checks),
    };
  },
});

const STATES = ["ok", "attention", "failing"] as const;
type State = (typeof STATES)[number];

/** The whole is as bad as its worst part. */
function worstOf(checks: readonly { status: State }[]): State {
  return STATES.findLast((state) => checks.some(({ status }) => status === state)) ?? "ok";
}

/** Each Worker by the work that only it can do: what is overdue says that it does not. */
function workersOf({ overdue }: Infrastructure, now: number) {
  const behind = (since: number | null) =>
    since === null
      ? { status: "ok", behind_s: 0 }
      : { status: "behind", behind_s: Math.round((now - since) / 1000) };
  return [
    { name: "tw-api", status: "ok", behind_s: 0 },
    { name: "tw-dispatcher", ...behind(overdue.runs_since) },
    { name: "tw-notifier", ...behind(overdue.notifications_since) },
  ];
}

const DUE = `${OVERDUE_MS / 60_000} min`;
/** "1 run", "3 runs". */
const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Each check says what it measured, well or not: "attention" where something is amiss and the work goes on, "failing" where it does not. */
function checksOf({ work, overdue, dead_letters, agents, services, failed }: Infrastructure, now: number) {
  const check = (name: string, status: State, message: string) => ({
    name,
    status,
    message,
  });
  const {
    jobs_queued: jobs = 0,
    agents: machines = 0,
    agents_online: online = 0,
    agents_draining: draining = 0,
  } = work;
  const named = (status: string) => services.filter((one) => one.status === status).map(({ name }) => name);
  const [down, unknown] = [named("failed"), named("unknown")];
  // One that takes no new work is there all the same.
  const there = online + draining;
  const away = agents.filter(({ status }) => status === "offline").map(({ name }) => name);
  const besides = [
    ...(draining > 0 ? [`${draining} draining`] : []),
    ...(away.length > 0 ? [`not ${away.join(", ")}`] : []),
  ];
  const late = (since: number | null) => Math.round((now - (since ?? now)) / 1000);
  const waiting = jobs === 0 ? "no step waits for one" : `${counted(jobs, "step")} waiting for one`;
  return [
    check(
      "runs",
      overdue.runs === 0 ? "ok" : "failing",
      overdue.runs === 0
        ? `${work.runs_in_work ?? 0} under way, none stands still for more than ${DUE}`
        : `${counted(overdue.runs, "run")} standing still for up to ${late(overdue.runs_since)} s`,
    ),
    check(
      "notifications",
      overdue.notifications === 0 ? "ok" : "failing",
      overdue.notifications === 0
        ? `none waits for more than ${DUE}`
        : `${counted(overdue.notifications, "message")} not sent yet, for up to ${late(overdue.notifications_since)} s`,
    ),
    check(
      "dead_letters",
      dead_letters.count === 0 ? "ok" : "failing",
      dead_letters.count === 0
        ? "none was given up this week"
        : `${counted(dead_letters.count, "internal message")} given up this week`,
    ),
    check(
      "agents",
      jobs > 0 && online === 0 ? "failing" : there < machines ? "attention" : "ok",
      jobs > 0 && online === 0
        ? `no agent takes work, ${waiting}`
        : `${there} of ${machines} connected${besides.length > 0 ? ` (${besides.join("; ")})` : ""}, ${waiting}`,
    ),
    check(
      "services",
      down.length > 0 ? "failing" : unknown.length > 0 ? "attention" : "ok",
      [
        `${named("running").length} of ${services.length} running`,
        down.length > 0 ? `failed: ${down.join(", ")}` : "none failed",
        unknown.length > 0 && `not known: ${unknown.join(", ")}`,
      ]
        .filter(Boolean)
        .join("; "),
    ),
    check(
      "failed_runs",
      failed.length === 0 ? "ok" : "attention",
      failed.length === 0
        ? "none within a day"
        : `${failed.length === SHOWN ? `${SHOWN} or more` : failed.length} within a day`,
    ),
  ];
}
