/** People: added, invited, changed, removed; and that there is always an owner. */
import { LIMITS } from "@tw/shared/limits";
import { afterEach, beforeEach, expect, test } from "vitest";
import { userSchema } from "../src/schemas.ts";
import { type Browser, openSite, type Person, type Site } from "./browser.ts";

let site: Site;
let tenant: string;
let owner: Person;
let desk: Browser & { csrf: string };
beforeEach(async () => {
  site = openSite();
  tenant = await site.tenant();
  owner = await site.person(tenant, { name: "Olga" });
  desk = await site.signedIn(owner);
});
afterEach(() => site.close());

const as = (browser: Browser & { csrf: string }) => (method: string, path: string, body?: unknown) =>
  browser.send(method, path, body, { "x-tw-csrf": browser.csrf });
const add = async (more: object = {}) =>
  as(desk)("POST", "/api/iam/users", { email: "bo@example.com", name: "Bo", role: "operator", ...more });
const audit = async () =>
  (
    await site.db
      .prepare("SELECT action, target FROM audit WHERE tenant_id = ? AND action LIKE 'user.%' ORDER BY seq")
      .bind(tenant)
      .all()
  ).results;

test("a new person is invited by mail; the link lives a week, signs in by its button, and can be sent again", async () => {
  const made = await add();
  expect(made).toMatchObject({ status: 201, body: { user: { name: "Bo", notifications: {} } } });
  expect(made.headers.get("location")).toBe(`/api/iam/users/${made.body.user.id}`);
  const row = await site.db
    .prepare("SELECT * FROM notifications WHERE kind = 'invitation'")
    .first<{ kind: string; data_json: string; run_id: string }>();
  expect(row?.kind).toBe("invitation");
  const data = JSON.parse(row?.data_json ?? "{}");
  expect(data.by).toBe("Olga");
  expect(data.expires_at - Date.now()).toBeGreaterThan(LIMITS.invitationMs - 60_000);
  expect(site.hinted).toContain(row?.run_id);
  const [token] = await site.mailed("bo@example.com");
  const browser = site.browser();
  expect((await browser.send("GET", `/sign-in/${token}`)).text).toContain("You were invited to");
  expect((await browser.post(`/sign-in/${token}`)).status).toBe(303);
  expect((await browser.send("GET", "/api/me")).body.id).toBe(made.body.user.id);
  expect((await as(desk)("POST", `/api/iam/users/${made.body.user.id}/invite`, {})).status).toBe(202);
  expect(await site.mailed("bo@example.com")).toHaveLength(2);
  expect((await add({ email: "quiet@example.com", invite: false })).status).toBe(201);
  expect(await site.mailed("quiet@example.com")).toEqual([]);
});

test("a person is changed field by field, and reads back as changed", async () => {
  const { id } = (await add()).body.user;
  const put = (body: unknown) => as(desk)("PUT", `/api/iam/users/${id}`, body);
  expect((await put({ groups: ["security", "security", "ops"] })).body.user).toMatchObject({
    name: "Bo",
    groups: ["security", "ops"],
  });
  expect((await put({ slack_user_id: "U012AB3CD" })).body.user.slack_user_id).toBe("U012AB3CD");
  const last = await put({
    name: "Bo B.",
    role: "approver",
    slack_user_id: null,
    notifications: { email: false, slack: true },
  });
  expect(last.body.user).toMatchObject({
    name: "Bo B.",
    role: "approver",
    groups: ["security", "ops"],
    slack_user_id: null,
    notifications: { email: false, slack: true },
  });
  const read = await as(desk)("GET", `/api/iam/users/${id}`);
  expect(userSchema.parse(read.body.user)).toEqual(last.body.user);
  for (const wrong of [
    { role: "king" },
    { name: "" },
    { groups: "security" },
    { email: "x@example.com" },
    { status: "removed" },
  ])
    expect((await put(wrong)).status).toBe(400);
  expect(await audit()).toHaveLength(4);
});

test("where no mail can be sent an owner hands a link over: it signs in once, by its button, and is recorded", async () => {
  const bare = openSite("https://bare.example.com", { CHANNELS: "none" });
  try {
    const home = await bare.tenant();
    const boss = await bare.person(home, { name: "Olga" });
    const bossDesk = await bare.signedIn(boss);
    const bo = await bare.person(home, { name: "Bo", role: "viewer" });
    const refused = await as(bossDesk)("POST", `/api/iam/users/${bo.id}/invite`, {});
    expect(refused.body.error.message).toContain("make a link");
    const made = await as(bossDesk)("POST", `/api/iam/users/${bo.id}/link`, {});
    expect(made.status).toBe(201);
    expect(made.body.expires_at - Date.now()).toBeGreaterThan(LIMITS.handedLinkMs - 60_000);
    const { pathname, origin } = new URL(made.body.url);
    expect(origin).toBe("https://bare.example.com");
    const theirs = bare.browser();
    // Looking at it, as a chat's preview does, signs nobody in.
    expect((await theirs.send("GET", pathname)).status).toBe(200);
    expect((await theirs.send("GET", "/api/me")).status).toBe(401);
    expect((await theirs.post(pathname)).status).toBe(303);
    expect((await theirs.send("GET", "/api/me")).body.id).toBe(bo.id);
    expect((await bare.browser().post(pathname)).status).toBe(410);
    expect(
      await bare.db.prepare("SELECT target FROM audit WHERE action = 'user.link_made'").first("target"),
    ).toBe(bo.id);
    expect((await as(bossDesk)("POST", "/api/iam/users/usr_unknown/link", {})).status).toBe(404);
  } finally {
    bare.close();
  }
  const bo = await site.person(tenant, { name: "Bo" });
  expect((await as(desk)("POST", `/api/iam/users/${bo.id}/link`, {})).status).toBe(409);
});

test("somebody who is removed is out everywhere at once, and comes back as the same person", async () => {
  const { user } = (await add({ role: "owner" })).body;
  const theirs = await site.signedIn({ id: user.id, tenant, email: user.email });
  const token = (
    await as(theirs)("POST", "/api/tokens", { name: "t", type: "person", scopes: ["runs:read"] })
  ).body.token;
  const bearer = { authorization: `Bearer ${token}` };
  const unused = await site.link({ id: user.id, tenant, email: user.email });
  expect((await site.browser().send("GET", "/api/me", undefined, bearer)).status).toBe(200);
  expect((await as(desk)("DELETE", `/api/iam/users/${user.id}`)).status).toBe(204);
  expect((await theirs.send("GET", "/api/me")).status).toBe(401);
  expect((await site.browser().send("GET", "/api/me", undefined, bearer)).status).toBe(401);
  expect((await site.browser().post(`/sign-in/${unused}`)).status).toBe(410);
  expect((await as(desk)("DELETE", `/api/iam/users/${user.id}`)).status).toBe(404);
  expect((await as(desk)("GET", `/api/iam/users/${user.id}`)).status).toBe(404);
  expect((await as(desk)("GET", "/api/iam/users")).body.items.map((one: { id: string }) => one.id)).toEqual([
    owner.id,
  ]);
  const back = await add({ role: "viewer", name: "Bo again" });
  expect(back).toMatchObject({
    status: 201,
    body: { user: { id: user.id, role: "viewer", name: "Bo again" } },
  });
  // What they held before stays closed.
  expect((await theirs.send("GET", "/api/me")).status).toBe(401);
  expect((await site.browser().send("GET", "/api/me", undefined, bearer)).status).toBe(401);
  expect((await site.browser().post(`/sign-in/${unused}`)).status).toBe(410);
  expect(await audit()).toEqual(
    ["user.created", "user.removed", "user.created"].map((action) => ({ action, target: user.id })),
  );
});

test("the last owner can be neither removed nor demoted, even when two go at once", async () => {
  const self = `/api/iam/users/${owner.id}`;
  for (const reply of [await as(desk)("DELETE", self), await as(desk)("PUT", self, { role: "viewer" })])
    expect(reply).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining("last owner") } },
    });
  expect((await as(desk)("PUT", self, { role: "owner", name: "Olga O." })).status).toBe(200);
  const second = await site.person(tenant);
  const other = await site.signedIn(second);
  const both = await Promise.all([
    as(desk)("DELETE", `/api/iam/users/${second.id}`),
    as(other)("DELETE", self),
    as(other)("PUT", self, { role: "viewer" }),
  ]);
  expect(both.filter((reply) => reply.status < 300)).toHaveLength(1);
  const left = await site.db
    .prepare("SELECT count(*) AS n FROM users WHERE tenant_id = ? AND role = 'owner' AND status = 'active'")
    .bind(tenant)
    .first<{ n: number }>();
  expect(left?.n).toBe(1);
});

test("a changed role ends the person's sessions; other changes do not", async () => {
  const { user } = (await add()).body;
  const theirs = await site.signedIn({ id: user.id, tenant, email: user.email });
  await as(desk)("PUT", `/api/iam/users/${user.id}`, { groups: ["security"] });
  expect((await theirs.send("GET", "/api/me")).body.groups).toEqual(["security"]);
  await as(desk)("PUT", `/api/iam/users/${user.id}`, { role: "viewer" });
  expect((await theirs.send("GET", "/api/me")).status).toBe(401);
  const again = await site.signedIn({ id: user.id, tenant, email: user.email });
  expect((await again.send("GET", "/api/me")).body.role).toBe("viewer");
});

test("people choose for themselves how they are told; nobody else's people are reached", async () => {
  const { user } = (await add({ role: "viewer" })).body;
  const theirs = await site.signedIn({ id: user.id, tenant, email: user.email });
  const set = await as(theirs)("PUT", "/api/me/notifications", { email: false });
  expect(set).toMatchObject({
    status: 200,
    body: { user: { id: user.id, notifications: { email: false } } },
  });
  const stored = await site.db
    .prepare("SELECT preferences_json FROM users WHERE id = ?")
    .bind(user.id)
    .first();
  expect(stored).toEqual({ preferences_json: '{"email":false}' });
  expect((await as(theirs)("PUT", "/api/me/notifications", { pigeon: true })).status).toBe(400);
  expect((await as(theirs)("PUT", `/api/iam/users/${user.id}`, { role: "owner" })).status).toBe(403);
  const stranger = await site.signedIn(await site.person(await site.tenant()));
  for (const [method, path, body] of [
    ["GET", "", undefined],
    ["PUT", "", { name: "x" }],
    ["DELETE", "", undefined],
    ["POST", "/invite", {}],
    ["POST", "/link", {}],
  ] as const) {
    const foreign = await as(stranger)(method, `/api/iam/users/${user.id}${path}`, body);
    const unknown = await as(stranger)(method, `/api/iam/users/usr_unknown${path}`, body);
    expect(foreign).toMatchObject({ status: 404, body: unknown.body });
  }
});
