/** What agents report of services: since when it is so stays, however often it is told. */
import { expect, test } from "vitest";
import { readService, reportService, type ServiceReport, serviceStatement } from "../../src/db/services.ts";
import { openTestD1 } from "../../src/testing/sqlite-d1.ts";

test("status_at moves only with another status or process; what was told earlier replaces nothing", async () => {
  const db = openTestD1();
  db.sqlite.exec("INSERT INTO tenants (id, name, created_at) VALUES ('ten_a', 'a', 0)");
  await serviceStatement(
    db,
    "ten_a",
    {
      name: "web",
      driver: "process",
      description: "",
      command: ["web"],
      unit: null,
      file: null,
      cwd: null,
      env: {},
      restart: "always",
      health: null,
      labels: [],
    },
    1,
  ).run();
  const report = async (at: number, status: ServiceReport["status"], more: object = {}) => {
    const ask = {
      tenantId: "ten_a",
      name: "web",
      report: { status, detail: { agent_id: "agt_a", ...more } },
    };
    await reportService(db, ask, at);
    const found = await readService(db, "ten_a", "web");
    return [found?.status, found?.status_at, found?.status_detail?.told_at];
  };
  expect(await report(10, "starting")).toEqual(["starting", 10, 10]);
  expect(await report(20, "running", { pid: 7 })).toEqual(["running", 20, 20]);
  expect(await report(30, "running", { pid: 7, message: "healthy" })).toEqual(["running", 20, 30]);
  expect(await report(40, "running", { pid: 7, restarts: 0 })).toEqual(["running", 20, 40]);
  expect(await report(35, "failed")).toEqual(["running", 20, 40]);
  expect(await report(50, "running", { pid: 8, restarts: 1 })).toEqual(["running", 50, 50]);
  expect(await report(60, "stopped")).toEqual(["stopped", 60, 60]);
  db.close();
});
