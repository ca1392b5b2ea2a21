/** Signing in with a mailed link, sessions, and what a cookie alone may not do. */
import { createConsoleLink } from "@tw/shared/db/sign-in-links";
import { newId } from "@tw/shared/ids";
import { LIMITS } from "@tw/shared/limits";
import { newLinkToken } from "@tw/shared/sign-in/tokens";
import { hashToken } from "@tw/shared/tokens";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Browser, openSite, type Person, type Site } from "./browser.ts";

let site: Site;
let tenant: string;
beforeAll(async () => {
  site = openSite();
  tenant = await site.tenant();
});
afterAll(() => site?.close());

const link = (person: Person, at: Site = site, returnTo = "/") => at.link(person, returnTo);
const signedIn = (person: Person, at: Site = site) => at.signedIn(person);
const cookieOf = (browser: Browser) => [...browser.cookies.values()][0] as string;
const set = (sql: string, ...values: unknown[]) =>
  site.db
    .prepare(sql)
    .bind(...values)
    .run();

test("a mailed link signs in by its button, once, and leads to where the person was going", async () => {
  const ada = await site.person(tenant, { name: "Ada" });
  const token = await link(ada, site, "/runs/run_1?tab=log");
  const browser = site.browser();
  const page = await browser.send("GET", `/sign-in/${token}`);
  expect(page.status).toBe(200);
  expect(page.text).toContain(`Sign in as Ada?`);
  expect(page.text).toContain(ada.email);
  expect(page.text).not.toMatch(/<script|src=|https?:/);
  const entered = await browser.post(`/sign-in/${token}`);
  expect(entered.status).toBe(303);
  expect(entered.headers.get("location")).toBe("/runs/run_1?tab=log");
  const me = await browser.send("GET", "/api/me");
  expect(me).toMatchObject({
    status: 200,
    body: {
      id: ada.id,
      role: "owner",
      channel: "console",
      tenant: { id: tenant },
      token: null,
      session: { method: "mail" },
    },
  });
  expect(me.body.scopes).toContain("admin");
  expect(me.body.csrf).toMatch(/^[\w-]{43}$/);
  const again = await site.browser().post(`/sign-in/${token}`);
  expect(again.status).toBe(410);
  expect(again.text).toContain("This link was used");
  expect(again.headers.getSetCookie()).toEqual([]);
  expect((await site.browser().send("GET", `/sign-in/${token}`)).status).toBe(410);
});

test("of twenty that press the button at once one is signed in", async () => {
  const person = await site.person(tenant);
  const token = await link(person);
  const all = await Promise.all(Array.from({ length: 20 }, () => site.browser().post(`/sign-in/${token}`)));
  expect(all.filter((one) => one.status === 303)).toHaveLength(1);
  expect(all.filter((one) => one.status === 410)).toHaveLength(19);
});

test("scanners that open a link, by any method that reads, use nothing up", async () => {
  const person = await site.person(tenant);
  const token = await link(person);
  const before = site.db.snapshot();
  const kinds: { [name: string]: string }[] = [
    {},
    { "sec-purpose": "prefetch" },
    { "user-agent": "Link Scanner" },
  ];
  for (const method of ["GET", "HEAD", "GET", "OPTIONS", "PUT"])
    for (const headers of kinds) await site.browser().send(method, `/sign-in/${token}`, undefined, headers);
  expect(site.db.snapshot()).toEqual(before);
  expect((await site.browser().send("HEAD", `/sign-in/${token}`)).text).toBe("");
  expect((await site.browser().post(`/sign-in/${token}`)).status).toBe(303);
});

test("a link that expired, of a removed person, cut off or unknown signs nobody in", async () => {
  const person = await site.person(tenant);
  const token = await link(person);
  const browser = site.browser();
  await set("UPDATE sign_in_links SET expires_at = ? WHERE user_id = ?", Date.now() - 1, person.id);
  expect(await browser.post(`/sign-in/${token}`)).toMatchObject({
    status: 410,
    text: expect.stringContaining("expired"),
  });
  await set("UPDATE sign_in_links SET expires_at = ? WHERE user_id = ?", Date.now() + 60_000, person.id);
  await set("UPDATE users SET status = 'removed' WHERE id = ?", person.id);
  expect((await browser.post(`/sign-in/${token}`)).status).toBe(410);
  for (const wrong of [token.slice(1), `${token}0`, newLinkToken(), "out/../x", "%00"])
    expect((await browser.post(`/sign-in/${wrong}`)).status, wrong).toBe(404);
  expect(browser.cookies.size).toBe(0);
});

test("an ask is answered alike whether the address is known, removed or unknown, in like time, and known ones get mail", async () => {
  const known = await site.person(tenant);
  const removed = await site.person(tenant);
  await set("UPDATE users SET status = 'removed' WHERE id = ?", removed.id);
  const replies = [];
  for (const email of [known.email, removed.email, "nobody@example.com"]) {
    const began = performance.now();
    const json = await site.browser().send("POST", "/api/sign-in", { email: email.toUpperCase() });
    const took = performance.now() - began;
    const form = await site.browser().post("/sign-in", { email });
    replies.push({
      json: json.body,
      status: json.status,
      form: form.text.replaceAll(email, "X"),
      // A timer counts from the beginning of the event loop's turn, which may lie a little before.
      slow: took >= 0.9 * LIMITS.signInFloorMs,
    });
  }
  expect(replies[0]).toMatchObject({ status: 202, slow: true });
  expect(replies[1]).toEqual(replies[0]);
  expect(replies[2]).toEqual(replies[0]);
  expect(await site.mailed(known.email)).toHaveLength(2);
  expect(await site.mailed(removed.email)).toEqual([]);
  const ask = (at: string) =>
    site.browser().send("POST", "/api/sign-in", { email: known.email }, { "cf-connecting-ip": at });
  await Promise.all(["10.9.0.1", "10.9.0.2", "10.9.0.3", "10.9.0.4", "10.9.0.5"].map(ask));
  expect(await site.mailed(known.email)).toHaveLength(LIMITS.signInLinksOpen);
});

test("asks from one network address are limited, whomever they are about", async () => {
  // The clock stands still, so that nothing is refilled on a slow machine.
  vi.useFakeTimers({ toFake: ["Date"] });
  const from = { "cf-connecting-ip": "10.1.2.3" };
  const junk = () => site.browser().post("/sign-in", { email: "not an address" }, from);
  const statuses = [];
  for (let i = 0; i < LIMITS.signInsPerMinute; i++) statuses.push((await junk()).status);
  expect(new Set(statuses)).toEqual(new Set([422]));
  const refused = await site.browser().send("POST", "/api/sign-in", { email: "x@example.com" }, from);
  expect(refused).toMatchObject({ status: 429, body: { error: { code: "rate_limited" } } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  vi.useRealTimers();
});

test("somebody in two workspaces is mailed a link for each, and each opens its own", async () => {
  const email = `both-${Date.now()}@example.com`;
  const other = await site.tenant();
  await site.person(tenant, { email });
  await site.person(other, { email });
  await site.browser().send("POST", "/api/sign-in", { email });
  const tenants = [];
  for (const token of await site.mailed(email)) {
    const browser = site.browser();
    await browser.post(`/sign-in/${token}`);
    tenants.push((await browser.send("GET", "/api/me")).body.tenant.id);
  }
  expect(tenants.sort()).toEqual([tenant, other].sort());
});

test("the cookie is out of reach for scripts and bound to the host; over http it goes without the prefix", async () => {
  const person = await site.person(tenant);
  const browser = await signedIn(person);
  const token = await link(person);
  await browser.post(`/sign-in/${token}`);
  expect(browser.setCookies).toEqual([
    expect.stringMatching(
      /^__Host-tw_session=tws_[\w-]{43}; Path=\/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure$/,
    ),
  ]);
  const plain = openSite("http://127.0.0.1:8787");
  const local = await plain.person(await plain.tenant());
  const there = await signedIn(local, plain);
  await there.post(`/sign-in/${await link(local, plain)}`);
  expect(there.setCookies).toEqual([
    expect.stringMatching(/^tw_session=tws_[\w-]{43}; Path=\/; Max-Age=1209600; HttpOnly; SameSite=Lax$/),
  ]);
  expect((await there.send("GET", "/api/me")).status).toBe(200);
  plain.close();
  const { results } = await site.db.prepare("SELECT * FROM sessions").all();
  expect(JSON.stringify(results)).not.toContain(cookieOf(browser));
});

test("what changes something needs the session's own CSRF value and our own origin", async () => {
  const person = await site.person(tenant);
  const browser = await signedIn(person);
  const other = await signedIn(await site.person(tenant));
  const add = (more: { [name: string]: string | null }) =>
    browser.send(
      "POST",
      "/api/iam/users",
      { email: `new-${Math.random()}@example.com`, name: "New", role: "viewer" },
      more,
    );
  const before = (await site.db.prepare("SELECT count(*) AS n FROM users").first<{ n: number }>())?.n;
  const csrf = { "x-tw-csrf": browser.csrf };
  const attempts: { [why: string]: { [name: string]: string | null } } = {
    missing: {},
    wrong: { "x-tw-csrf": "x".repeat(43) },
    "of another session": { "x-tw-csrf": other.csrf },
    "another origin": { ...csrf, origin: "https://evil.example.com", "sec-fetch-site": "cross-site" },
    "another origin, no fetch metadata": {
      ...csrf,
      origin: "https://evil.example.com",
      "sec-fetch-site": null,
    },
    "a sibling host": { ...csrf, origin: "https://other.example.com", "sec-fetch-site": "same-site" },
    "no origin at all": { ...csrf, origin: null, "sec-fetch-site": null },
    "an opaque origin": { ...csrf, origin: "null", "sec-fetch-site": null },
  };
  for (const [why, headers] of Object.entries(attempts))
    expect(await add(headers), why).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
  expect((await site.db.prepare("SELECT count(*) AS n FROM users").first<{ n: number }>())?.n).toBe(before);
  expect((await add(csrf)).status).toBe(201);
  expect((await add({ ...csrf, "sec-fetch-site": null })).status).toBe(201);
  // Another site's form cannot press the button of a link either.
  const token = await link(person);
  const foreign = { origin: "https://evil.example.com", "sec-fetch-site": "cross-site" };
  expect((await site.browser().post(`/sign-in/${token}`, {}, foreign)).status).toBe(403);
  expect((await site.browser().post("/sign-in", { email: person.email }, foreign)).status).toBe(403);
});

test("a cookie that was there before is never kept: it is replaced, and the old one is refused", async () => {
  const person = await site.person(tenant);
  const victim = site.browser();
  const planted = `tws_${"A".repeat(43)}`;
  victim.cookies.set("__Host-tw_session", planted);
  await victim.post(`/sign-in/${await link(person)}`);
  const first = cookieOf(victim);
  expect(first).not.toBe(planted);
  await victim.post(`/sign-in/${await link(person)}`);
  expect(cookieOf(victim)).not.toBe(first);
  const attacker = site.browser();
  for (const value of [planted, first]) {
    attacker.cookies.set("__Host-tw_session", value);
    expect((await attacker.send("GET", "/api/me")).status).toBe(401);
  }
  expect((await victim.send("GET", "/api/me")).status).toBe(200);
});

test("a session's cookie is no bearer token, and a token is no session", async () => {
  const browser = await signedIn(await site.person(tenant));
  const asToken = await site
    .browser()
    .send("GET", "/api/me", undefined, { authorization: `Bearer ${cookieOf(browser)}` });
  expect(asToken.status).toBe(401);
  const made = await browser.send(
    "POST",
    "/api/tokens",
    { name: "mine", type: "person", scopes: ["runs:read"] },
    { "x-tw-csrf": browser.csrf },
  );
  expect(made).toMatchObject({ status: 201, body: { expires_at: null } });
  const thief = site.browser();
  thief.cookies.set("__Host-tw_session", made.body.token);
  expect((await thief.send("GET", "/api/me")).status).toBe(401);
  // A token in the header counts, whatever cookie comes along, and needs no CSRF value.
  const both = await browser.send("GET", "/api/me", undefined, {
    authorization: `Bearer ${made.body.token}`,
  });
  expect(both.body).toMatchObject({ channel: "api", csrf: null, scopes: ["runs:read"] });
});

test("a session ends when idle, at its end, with its person, with their role and with the workspace", async () => {
  const own = await site.tenant();
  for (const [sql, message] of [
    [
      `UPDATE sessions SET last_seen_at = last_seen_at - ${LIMITS.sessionIdleMs + 1000} WHERE user_id = ?`,
      "nobody used it",
    ],
    ["UPDATE sessions SET expires_at = created_at WHERE user_id = ?", "has ended"],
    ["UPDATE users SET status = 'removed' WHERE id = ?", "no longer in this workspace"],
    ["UPDATE users SET role = 'viewer' WHERE id = ?", "role was changed"],
    [
      "UPDATE tenants SET status = 'suspended' WHERE id = (SELECT tenant_id FROM users WHERE id = ?)",
      "suspended",
    ],
  ] as const) {
    const person = await site.person(own);
    const browser = await signedIn(person);
    await set(sql, person.id);
    const reply = await browser.send("GET", "/api/me");
    expect(reply.body.error.message).toContain(message);
    expect(reply.status).toBe(message === "suspended" ? 403 : 401);
  }
});

test("use keeps a session alive, noted now and then, and never past its end", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const browser = await signedIn(await site.person(tenant));
    const hour = 3_600_000;
    let writes = 0;
    const seen = async () => (await browser.send("GET", "/api/sessions")).body.items?.[0]?.last_seen_at;
    let last = await seen();
    for (let spent = 0; spent + 11 * hour < LIMITS.sessionMs; spent += 11 * hour) {
      vi.setSystemTime(Date.now() + 11 * hour);
      const now = await seen();
      if (now !== last) writes++;
      last = now;
      vi.setSystemTime(Date.now() + 1000);
      expect(await seen()).toBe(last);
    }
    expect(writes).toBeGreaterThan(20);
    vi.setSystemTime(Date.now() + 11 * hour);
    expect((await browser.send("GET", "/api/me")).status).toBe(401);
  } finally {
    vi.useRealTimers();
  }
});

test("people see their own sessions and end them, here, there or everywhere else; nobody else's", async () => {
  const person = await site.person(tenant);
  const [laptop, phone, tablet] = [await signedIn(person), await signedIn(person), await signedIn(person)];
  const stranger = await signedIn(await site.person(await site.tenant()));
  const csrf = { "x-tw-csrf": laptop.csrf };
  const { items } = (await laptop.send("GET", "/api/sessions")).body;
  expect(items).toHaveLength(3);
  expect(items.filter((one: { current: boolean }) => one.current)).toHaveLength(1);
  expect(items[0]).toMatchObject({ method: "mail", user_agent: "Test Browser" });
  const phoneId = (await phone.send("GET", "/api/me")).body.session.id;
  const foreign = await stranger.send("DELETE", `/api/sessions/${phoneId}`, undefined, {
    "x-tw-csrf": stranger.csrf,
  });
  const unknown = await stranger.send("DELETE", "/api/sessions/ses_unknown", undefined, {
    "x-tw-csrf": stranger.csrf,
  });
  expect(foreign).toMatchObject({ status: 404, body: unknown.body });
  expect((await laptop.send("DELETE", `/api/sessions/${phoneId}`, undefined, csrf)).status).toBe(204);
  expect((await phone.send("GET", "/api/me")).status).toBe(401);
  expect((await laptop.send("DELETE", "/api/sessions", undefined, csrf)).status).toBe(204);
  expect((await tablet.send("GET", "/api/me")).status).toBe(401);
  expect((await laptop.send("POST", "/api/sign-out", {})).status).toBe(403);
  const out = await laptop.send("POST", "/api/sign-out", {}, csrf);
  expect(out.status).toBe(204);
  expect(laptop.cookies.size).toBe(0);
  const { results } = await site.db
    .prepare("SELECT action FROM audit WHERE tenant_id = ? AND actor_json ->> 'id' = ? ORDER BY seq")
    .bind(tenant, person.id)
    .all<{ action: string }>();
  expect(results.map((row) => row.action)).toEqual([
    ...Array(3).fill("session.created"),
    ...Array(3).fill("session.revoked"),
  ]);
});

test("the launcher's link signs in by being opened on this machine; elsewhere it has a button", async () => {
  const make = async (at: Site, person: Person, age = 0) => {
    const token = newLinkToken();
    const link = {
      id: newId("link", Date.now()),
      hash: await hashToken(token),
      tenantId: person.tenant,
      userId: person.id,
    };
    await createConsoleLink(at.db, link, Date.now() - age);
    return `/sign-in/${token}`;
  };
  const local = openSite("http://127.0.0.1:8787");
  const owner = await local.person(await local.tenant());
  const opened = { "sec-fetch-site": "none", "sec-fetch-dest": "document" };
  const browser = local.browser();
  const path = await make(local, owner);
  await browser.send("HEAD", path, undefined, opened);
  await browser.send("GET", path, undefined, { ...opened, "sec-purpose": "prefetch" });
  await browser.send("GET", path, undefined, { "sec-fetch-dest": "image" });
  expect(browser.cookies.size).toBe(0);
  expect(await browser.send("GET", path, undefined, opened)).toMatchObject({ status: 303 });
  expect((await browser.send("GET", "/api/me")).body.session.method).toBe("console");
  expect((await local.browser().send("GET", path, undefined, opened)).status).toBe(410);
  const late = await make(local, owner, LIMITS.consoleLinkMs + 1);
  expect((await local.browser().send("GET", late, undefined, opened)).status).toBe(410);
  local.close();

  const remote = await make(site, await site.person(tenant));
  const there = site.browser();
  expect((await there.send("GET", remote, undefined, opened)).text).toContain("<button>Sign in</button>");
  expect(there.cookies.size).toBe(0);
});
