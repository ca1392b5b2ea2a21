/** Commands by the clock: when they are due, that each moment fires once, and with whose rights. */
import { cronProblem, nextRuns } from "@tw/shared/automation/cron";
import { LIMITS } from "@tw/shared/limits";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fireSchedules } from "../src/automation/fire-schedules.ts";
import { scheduleSchema } from "../src/routes/schedules.ts";
import { type Browser, openSite, type Person, type Site } from "./browser.ts";

const MINUTE = 60_000;
let site: Site;
let tenant: string;
let owner: Person;
let desk: Browser & { csrf: string };
beforeEach(async () => {
  site = openSite();
  tenant = await site.tenant();
  owner = await site.person(tenant, { name: "Olga" });
  desk = await site.signedIn(owner);
  await put("nightly", { name: "nightly", type: "api", effect: "read", definition: { handler: "noop" } });
});
afterEach(() => site.close());

const as = (browser: Browser & { csrf: string }) => (method: string, path: string, body?: unknown) =>
  browser.send(method, path, body, { "x-tw-csrf": browser.csrf });
const put = async (slug: string, command: unknown) =>
  expect((await as(desk)("PUT", `/api/commands/${slug}`, command)).status).toBeLessThan(300);
const make = async (more: object = {}, by = desk) => {
  const made = await as(by)("POST", "/api/schedules", {
    name: "Nightly",
    cron: "*/5 * * * *",
    command: "nightly",
    ...more,
  });
  expect(made.body).toMatchObject({ schedule: { name: "Nightly" } });
  return made.body.schedule as { id: string; next_at: number; next_runs: number[]; user_id: string };
};
const read = async (id: string) => (await as(desk)("GET", `/api/schedules/${id}`)).body;
const runs = async () => (await as(desk)("GET", "/api/runs")).body.items;

test("a schedule tells its next times, reads back as it is, and refuses at once what could never run", async () => {
  const made = await make({ time_zone: "Europe/Berlin", note: "by night" });
  expect(scheduleSchema.parse(made)).toMatchObject({
    time_zone: "Europe/Berlin",
    overlap: "skip",
    catch_up: true,
  });
  expect(made.next_runs).toHaveLength(5);
  expect(made.next_runs[0]).toBe(made.next_at);
  expect((made.next_runs[1] ?? 0) - (made.next_runs[0] ?? 0)).toBe(5 * MINUTE);
  const { schedule, fires } = await read(made.id);
  expect(schedule).toEqual(made);
  expect(fires).toEqual([]);
  for (const [wrong, status, path] of [
    [{ cron: "61 * * * *" }, 422, "cron"],
    [{ cron: "* * * * * *" }, 422, "cron"],
    [{ cron: "0 0 31 2 *" }, 422, "cron"],
    [{ time_zone: "Mars/Base" }, 422, "time_zone"],
    [{ command: "no-such-command" }, 404, null],
    [{ args: { unknown: 1 } }, 422, "args.unknown"],
    [{ pigeon: true }, 400, "pigeon"],
  ] as const) {
    const reply = await as(desk)("POST", "/api/schedules", {
      name: "x",
      cron: "0 9 * * *",
      command: "nightly",
      ...wrong,
    });
    expect({ status: reply.status, path: reply.body.error.issues?.[0]?.path ?? null }).toEqual({
      status,
      path,
    });
  }
});

describe("the clocks change", () => {
  const at = (cron: string, from: string, count: number) =>
    nextRuns(cron, "Europe/Berlin", Date.parse(from), count).map((ms) =>
      new Date(ms).toISOString().slice(5, 16),
    );
  test("a time that is skipped fires at the end of the gap, that day and once", () => {
    expect(at("30 2 * * *", "2026-03-28T00:00:00Z", 3)).toEqual([
      "03-28T01:30",
      "03-29T01:00",
      "03-30T00:30",
    ]);
  });
  test("a time that comes twice fires once", () => {
    expect(at("30 2 * * *", "2026-10-24T00:00:00Z", 3)).toEqual([
      "10-24T00:30",
      "10-25T00:30",
      "10-26T01:30",
    ]);
  });
  test("what fires all the time goes on through both, without a gap and without a double", () => {
    for (const from of ["2026-03-28T23:30:00Z", "2026-10-24T22:30:00Z"]) {
      const times = nextRuns("*/30 * * * *", "Europe/Berlin", Date.parse(from), 12);
      expect(new Set(times.slice(1).map((ms, i) => ms - (times[i] ?? 0)))).toEqual(new Set([30 * MINUTE]));
    }
  });
  test("a pattern that never comes and a zone that is none are problems", () => {
    expect(cronProblem("0 0 30 2 *", "UTC")?.path).toBe("cron");
    expect(cronProblem("0 9 * * 1-5", "Nowhere/Else")?.path).toBe("time_zone");
    expect(cronProblem("0 9 * * 1-5", "America/New_York")).toBeNull();
  });
});

test("ten ticks at once fire a due moment once, as a run of the person who made it", async () => {
  const made = await make({ args: {}, note: "every five minutes" });
  await fireSchedules(site.env, made.next_at - 1);
  expect(await runs()).toEqual([]);
  await Promise.all(Array.from({ length: 10 }, () => fireSchedules(site.env, made.next_at + 10)));
  const [run, ...more] = await runs();
  expect(more).toEqual([]);
  expect(run).toMatchObject({
    command: "nightly",
    requested_by: { id: owner.id, name: "Olga", type: "person" },
    note: "every five minutes",
    context: { trigger: { type: "schedule", id: made.id, due_at: made.next_at, catch_up: false } },
  });
  const { schedule, fires } = await read(made.id);
  expect(schedule.next_at).toBe(made.next_at + 5 * MINUTE);
  expect(fires).toMatchObject([{ status: "started", run_id: run.id, catch_up: false, missed: 0 }]);
  // The list tells how the last time went, so that one that fails is seen without opening it.
  await site.db
    .prepare(
      "UPDATE workflow_executions SET status = 'failed', finished_at = 1, next_check_at = NULL, error_json = ?2 WHERE id = ?1",
    )
    .bind(run.id, JSON.stringify({ code: "exit_code", message: "No space left.", step: "copy" }))
    .run();
  const never = await make({ enabled: false });
  const { items } = (await as(desk)("GET", "/api/schedules")).body;
  expect(items).toMatchObject([
    { id: never.id, last: null },
    { id: made.id, last: { status: "started", run_id: run.id, run_status: "failed" } },
  ]);
  expect((await read(made.id)).fires).toMatchObject([
    { run_status: "failed", run_error: { code: "exit_code", message: "No space left." } },
  ]);
});

test("after a time in which nothing ran there is one run with a mark, or none where that is not wanted", async () => {
  const catching = await make();
  const plain = await make({ catch_up: false });
  const late = catching.next_at + 61 * MINUTE;
  await fireSchedules(site.env, late);
  await fireSchedules(site.env, late + 1000);
  expect(await runs()).toHaveLength(1);
  expect((await read(catching.id)).fires).toMatchObject([{ status: "started", catch_up: true, missed: 12 }]);
  expect((await runs())[0].context.trigger).toMatchObject({ catch_up: true, missed: 12 });
  expect((await read(plain.id)).fires).toMatchObject([{ status: "skipped", run_id: null }]);
  for (const { id } of [catching, plain])
    expect((await read(id)).schedule.next_at).toBe(catching.next_at + 65 * MINUTE);
});

test("while the run before is under way the next is skipped; or the command's own concurrency says", async () => {
  const workflow = (on_conflict: string) => ({
    name: "w",
    type: "workflow",
    definition: { steps: [{ command: "nightly" }], concurrency: { group: `g-${on_conflict}`, on_conflict } },
  });
  await put("queues", workflow("queue"));
  await put("refuses", workflow("refuse"));
  // It waits for an agent; what needs nobody would be over at once.
  await put("lasting", { name: "lasting", type: "builtin", definition: { program: "true", argv: [] } });
  const skip = await make({ command: "lasting" });
  const queue = await make({ command: "queues", overlap: "allow" });
  const refuse = await make({ command: "refuses", overlap: "allow" });
  // Five minutes may end while they are made.
  const due = Math.max(skip.next_at, queue.next_at, refuse.next_at);
  await fireSchedules(site.env, due);
  await fireSchedules(site.env, due + 5 * MINUTE);
  const outcomes = async (id: string) =>
    (await read(id)).fires.map((fire: { status: string }) => fire.status);
  expect(await outcomes(skip.id)).toEqual(["skipped", "started"]);
  expect((await read(skip.id)).fires[0].message).toContain("still under way");
  expect(await outcomes(queue.id)).toEqual(["started", "started"]);
  expect(await outcomes(refuse.id)).toEqual(["refused", "started"]);
});

test("rights are those of the moment: of somebody demoted, removed, or of who changed it since", async () => {
  const second = await site.person(tenant, { role: "operator", name: "Theo" });
  const theirs = await site.signedIn(second);
  const made = await make({}, theirs);
  expect(made.user_id).toBe(second.id);
  await as(desk)("PUT", `/api/iam/users/${second.id}`, { role: "viewer" });
  await fireSchedules(site.env, made.next_at);
  await as(desk)("DELETE", `/api/iam/users/${second.id}`);
  await fireSchedules(site.env, made.next_at + 5 * MINUTE);
  expect(await runs()).toEqual([]);
  const { fires } = await read(made.id);
  expect(fires.map((fire: { status: string }) => fire.status)).toEqual(["refused", "refused"]);
  expect(fires[0].message).toContain("no longer in the workspace");
  expect(fires[1].message).toContain("runs:execute");
  const taken = await as(desk)("PUT", `/api/schedules/${made.id}`, { enabled: true });
  expect(taken.body.schedule.user_id).toBe(owner.id);
  // Its next moment by the real clock is one that the test has already passed.
  await site.db.prepare("DELETE FROM schedule_fires").run();
  await fireSchedules(site.env, taken.body.schedule.next_at);
  expect((await runs())[0].requested_by.id).toBe(owner.id);
});

test("a tick that dies after it took a moment is finished by a later one, under the same run id", async () => {
  const made = await make();
  const dies = {
    ...site.env,
    DB: site.db.view({
      before(operation) {
        if (operation.statements.some(({ sql }) => sql.startsWith("INSERT INTO workflow_executions")))
          throw new Error("D1_ERROR: Network connection lost.");
      },
    }),
  };
  vi.spyOn(console, "error").mockImplementation(() => {});
  await fireSchedules(dies, made.next_at);
  vi.restoreAllMocks();
  expect(await runs()).toEqual([]);
  await fireSchedules(site.env, made.next_at + 1000);
  expect(await runs()).toEqual([]);
  await fireSchedules(site.env, made.next_at + LIMITS.scheduleClaimMs + 1);
  await fireSchedules(site.env, made.next_at + 2 * LIMITS.scheduleClaimMs + 2);
  expect(await runs()).toHaveLength(1);
  expect((await read(made.id)).fires).toMatchObject([{ status: "started" }]);
});

test("off is off, deleted is gone, and nobody else's schedules are reached", async () => {
  const made = await make();
  const off = await as(desk)("PUT", `/api/schedules/${made.id}`, { enabled: false });
  expect(off.body.schedule).toMatchObject({ enabled: false, next_at: null, next_runs: [] });
  await fireSchedules(site.env, made.next_at + MINUTE);
  expect(await runs()).toEqual([]);
  const stranger = await site.signedIn(await site.person(await site.tenant()));
  for (const [method, body] of [
    ["GET", undefined],
    ["PUT", { enabled: true }],
    ["DELETE", undefined],
  ] as const) {
    const foreign = await as(stranger)(method, `/api/schedules/${made.id}`, body);
    const unknown = await as(stranger)(method, "/api/schedules/sch_unknown", body);
    expect(foreign).toMatchObject({ status: 404, body: unknown.body });
  }
  expect((await as(stranger)("GET", "/api/schedules")).body.items).toEqual([]);
  const viewer = await site.signedIn(await site.person(tenant, { role: "viewer" }));
  expect((await as(viewer)("DELETE", `/api/schedules/${made.id}`)).status).toBe(403);
  expect((await as(desk)("DELETE", `/api/schedules/${made.id}`)).status).toBe(204);
  expect((await as(desk)("GET", `/api/schedules/${made.id}`)).status).toBe(404);
});
