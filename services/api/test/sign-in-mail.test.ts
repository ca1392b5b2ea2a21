/** Signing in for real: the four Workers, a mail through SMTP, the launcher's link, and a vote from the console. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorkspace, type Workspace } from "../../../local/src/testing/workspace.ts";
import { type Inbox, openInbox, until } from "../../approvals/test/inbox.ts";
import { type Browser, openBrowser } from "./browser.ts";

let inbox: Inbox;
let ws: Workspace;
beforeAll(async () => {
  inbox = await openInbox();
  ws = await startWorkspace({ library: false, smtp: inbox.url, ownerEmail: "olga@example.com" });
});
afterAll(async () => {
  await ws?.stop();
  await inbox?.close();
});

const browser = (): Browser => openBrowser(ws.url, (request) => fetch(request));
/** The newest mail to this address whose subject fits, and the sign-in link in its text. */
const linkMailedTo = (address: string, subject: RegExp) =>
  until(`a mail to ${address}`, async () => {
    const mail = (await inbox.mails()).findLast(
      (one) => one.to?.some((to) => to.address === address) && subject.test(one.subject ?? ""),
    );
    const link = /https?:\/\/\S+\/sign-in\/[0-9a-f]{64}/.exec(mail?.text ?? "")?.[0];
    return link ?? null;
  });

test("an address gets a mail whose link signs in; an unknown one gets none", async () => {
  const visitor = browser();
  for (const email of ["nobody@example.com", "olga@example.com"])
    expect(
      (await visitor.send("POST", "/api/sign-in", { email, return_to: "/approvals/chk_1" })).status,
    ).toBe(202);
  const link = await linkMailedTo("olga@example.com", /sign in/i);
  const path = new URL(link).pathname;
  expect((await visitor.send("GET", path)).text).toContain("olga@example.com");
  const entered = await visitor.post(path);
  expect(entered.headers.get("location")).toBe("/approvals/chk_1");
  expect((await visitor.send("GET", "/api/me")).body).toMatchObject({
    user: { email: "olga@example.com" },
    channel: "console",
  });
  expect(inbox.envelopes.flatMap(({ to }) => to)).not.toContain("nobody@example.com");
});

test("a new person is invited by mail and comes in through it", async () => {
  const made = await ws.request("/api/iam/users", {
    body: { email: "bo@example.com", name: "Bo", role: "viewer" },
  });
  expect(made.status).toBe(201);
  const path = new URL(await linkMailedTo("bo@example.com", /invite/i)).pathname;
  const theirs = browser();
  expect((await theirs.post(path)).status).toBe(303);
  expect((await theirs.send("GET", "/api/me")).body).toMatchObject({ name: "Bo", role: "viewer" });
});

test("the launcher's link signs the owner in by being opened; a vote with that cookie is recorded as the console's", async () => {
  const desk = browser();
  const link = new URL(await ws.consoleUrl());
  expect((await desk.send("GET", link.pathname, undefined, { "sec-fetch-site": "none" })).status).toBe(303);
  const { csrf } = (await desk.send("GET", "/api/me")).body;
  const ours = { "x-tw-csrf": csrf };
  const noop = { name: "n", type: "api", effect: "read", definition: { handler: "noop" } };
  await desk.send("PUT", "/api/commands/quiet", noop, ours);
  const gated = {
    name: "g",
    type: "workflow",
    definition: { steps: [{ command: "quiet", checkpoint: true }] },
  };
  await desk.send("PUT", "/api/commands/gated", gated, ours);
  const { run } = (await desk.send("POST", "/api/commands/gated/execute", {}, ours)).body;
  const waiting = (await desk.send("GET", `/api/runs/${run.id}?wait_s=20`)).body;
  const path = `/api/checkpoints/${waiting.checkpoints[0].id}/approve`;
  expect((await desk.send("POST", path, { approved: true })).status).toBe(403);
  const vote = await desk.send("POST", path, { approved: true }, ours);
  expect(vote.body.checkpoint.votes).toMatchObject([{ decision: "approve", channel: "console" }]);
  expect((await desk.send("GET", `/api/runs/${run.id}?wait_s=20`)).body.status).toBe("succeeded");
});

test("a schedule that is due is fired by the workspace's own clock", async () => {
  await ws.request("/api/commands/quiet", {
    method: "PUT",
    body: { name: "n", type: "api", effect: "read", definition: { handler: "noop" } },
  });
  const made = await ws.request("/api/schedules", {
    body: { name: "now", cron: "0 0 1 1 *", command: "quiet" },
  });
  const { schedule } = (await made.json()) as { schedule: { id: string } };
  await ws.db.prepare("UPDATE schedules SET next_at = ? WHERE id = ?").bind(Date.now(), schedule.id).run();
  const fire = await until("the schedule was fired", async () => {
    const { fires } = (await (await ws.request(`/api/schedules/${schedule.id}`)).json()) as {
      fires: { status: string; run_id: string }[];
    };
    return fires.find((one) => one.status === "started") ?? null;
  });
  const run = await ws.request(`/api/runs/${fire.run_id}?wait_s=20`);
  expect(await run.json()).toMatchObject({ status: "succeeded", note: "Schedule: now" });
});
