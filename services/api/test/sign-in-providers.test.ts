/** OpenID Connect and Cloudflare Access, against a provider on this machine that signs real tokens. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Browser, openSite, type Person, type Reply, type Site } from "./browser.ts";
import { openProvider, type Provider } from "./provider.ts";

let provider: Provider;
let site: Site;
let tenant: string;
let ada: Person;
const AUDIENCE = "audience-of-the-application";
const now = () => Math.floor(Date.now() / 1000);

beforeAll(async () => {
  provider = await openProvider();
  site = openSite("https://workspace.example.com", {
    OIDC_ISSUER: provider.url,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
    OIDC_NAME: "Example Login",
    ACCESS_TEAM_DOMAIN: provider.url,
    ACCESS_AUD: AUDIENCE,
  });
  tenant = await site.tenant();
  ada = await site.person(tenant, { email: "ada@example.com" });
});
afterAll(async () => {
  site?.close();
  await provider?.close();
});
afterEach(async () => {
  Object.assign(provider, { claims: {}, signing: "right", userinfo: {}, refused: [] });
  await site.db.prepare("DELETE FROM identities").run();
});

const network = { "sec-fetch-site": "cross-site" };
let host = 0;
/** Each sign-in from another network address, so that the limit of one stays out of the way. */
const from = () => ({ ...network, "cf-connecting-ip": `10.2.0.${host++}` });

/** The whole way round with a browser; `between` may spoil what comes back. */
async function oidc(
  browser: Browser,
  between: (back: string) => string = (back) => back,
  query = "",
): Promise<Reply> {
  const away = await browser.send("GET", `/sign-in/oidc${query}`, undefined, from());
  expect(away.status).toBe(302);
  const back = new URL(between(await provider.visit(away.headers.get("location") as string)));
  return browser.send("GET", `${back.pathname}${back.search}`, undefined, from());
}
const isIn = async (browser: Browser) => (await browser.send("GET", "/api/me")).status === 200;

test("a person of the workspace signs in, by PKCE, to where they were going; the state works once", async () => {
  provider.claims = { email: "Ada@Example.com" };
  const browser = site.browser();
  let answer = "";
  const entered = await oidc(
    browser,
    (back) => {
      answer = back;
      return back;
    },
    "?return_to=/approvals/chk_1",
  );
  expect(entered.status).toBe(303);
  expect(entered.headers.get("location")).toBe("/approvals/chk_1");
  expect((await browser.send("GET", "/api/me")).body).toMatchObject({
    id: ada.id,
    session: { method: "oidc" },
  });
  expect([...browser.cookies.keys()]).toEqual(["__Host-tw_session"]);
  const again = site.browser();
  const replayed = await again.send(
    "GET",
    new URL(answer).pathname + new URL(answer).search,
    undefined,
    from(),
  );
  expect(replayed.status).toBe(403);
  expect(await isIn(again)).toBe(false);
});

test("the address to begin at asks for code, PKCE, state and nonce, and keeps no secret of ours in it", async () => {
  const away = await site.browser().send("GET", "/sign-in/oidc", undefined, from());
  const asked = Object.fromEntries(new URL(away.headers.get("location") as string).searchParams);
  expect(asked).toMatchObject({
    client_id: "workspace",
    response_type: "code",
    code_challenge_method: "S256",
    redirect_uri: "https://workspace.example.com/sign-in/oidc/callback",
  });
  expect(asked.state?.length).toBeGreaterThan(40);
  expect(asked.nonce?.length).toBeGreaterThan(40);
  expect(away.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^__Host-tw_oauth=tws_[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    ),
  ]);
  expect(JSON.stringify(asked)).not.toContain(provider.clientSecret);
});

test.each([
  ["another issuer", { iss: "https://evil.example.com" }],
  ["another audience", { aud: "somebody-else" }],
  ["several audiences and another party", { aud: ["workspace", "other"], azp: "other" }],
  ["another nonce", { nonce: "another" }],
  ["no nonce", { nonce: undefined }],
  ["an expired token", { exp: now() - 120, iat: now() - 600 }],
  ["no expiry", { exp: undefined }],
  ["a token that is not valid yet", { nbf: now() + 600 }],
  ["no subject", { sub: undefined }],
  ["an address that is not verified", { email_verified: false }],
  ["an address whose verification is a word", { email_verified: "true" }],
  ["no word about the address", { email_verified: undefined }],
] as [string, { [name: string]: unknown }][])("refused: %s", async (_, claims) => {
  provider.claims = { email: ada.email, ...claims };
  const browser = site.browser();
  const reply = await oidc(browser);
  expect(reply.status).toBe(403);
  // The provider gave a token: it is ours that refused it.
  expect(provider.refused).toEqual([]);
  expect(reply.headers.getSetCookie()).toEqual([]);
  expect(await isIn(browser)).toBe(false);
});

test.each(["none", "stranger", "hmac"] as const)("refused: a token signed with %s", async (signing) => {
  provider.claims = { email: ada.email };
  provider.signing = signing;
  const browser = site.browser();
  expect((await oidc(browser)).status).toBe(403);
  expect(provider.refused).toEqual([]);
  expect(await isIn(browser)).toBe(false);
});

test("refused: another browser's answer, another state, a code of another redirect, an error of the provider", async () => {
  provider.claims = { email: ada.email };
  // Somebody else's redirect, finished in the victim's browser: the victim would act as the attacker.
  const attacker = site.browser();
  const away = await attacker.send("GET", "/sign-in/oidc", undefined, from());
  const back = new URL(await provider.visit(away.headers.get("location") as string));
  const victim = site.browser();
  await victim.send("GET", "/sign-in/oidc", undefined, from());
  expect((await victim.send("GET", `${back.pathname}${back.search}`, undefined, from())).status).toBe(403);
  expect(await isIn(victim)).toBe(false);
  for (const spoil of [
    (url: URL) => url.searchParams.set("state", "another"),
    (url: URL) => url.searchParams.delete("state"),
    (url: URL) => url.searchParams.set("code", "another"),
    (url: URL) => {
      url.searchParams.delete("code");
      url.searchParams.set("error", "access_denied");
    },
  ]) {
    const browser = site.browser();
    const reply = await oidc(browser, (href) => {
      const url = new URL(href);
      spoil(url);
      return url.href;
    });
    expect(reply.status).toBe(403);
    expect(await isIn(browser)).toBe(false);
  }
  expect(provider.refused).toEqual(["code"]);
});

test("only people of the workspace: strangers, removed ones and an address given to somebody else are refused", async () => {
  provider.claims = { email: "stranger@example.com" };
  const nobody = await oidc(site.browser());
  expect(nobody).toMatchObject({ status: 403, text: expect.stringContaining("stranger@example.com") });
  expect(
    await site.db.prepare("SELECT 1 FROM users WHERE email = 'stranger@example.com'").first(),
  ).toBeNull();

  const bea = await site.person(tenant, { email: "bea@example.com" });
  provider.claims = { email: bea.email, sub: "bea" };
  expect((await oidc(site.browser())).status).toBe(303);
  // The same account under a new address is still Bea; another account with Bea's address is not.
  provider.claims = { email: "bea.new@example.com", sub: "bea" };
  const renamed = site.browser();
  expect((await oidc(renamed)).status).toBe(303);
  expect((await renamed.send("GET", "/api/me")).body.id).toBe(bea.id);
  provider.claims = { email: bea.email, sub: "successor" };
  expect((await oidc(site.browser())).status).toBe(403);
  await site.db.prepare("UPDATE users SET status = 'removed' WHERE id = ?").bind(bea.id).run();
  provider.claims = { email: bea.email, sub: "bea" };
  expect((await oidc(site.browser())).status).toBe(403);
});

test("the address may come from the userinfo endpoint, of the same subject only", async () => {
  provider.userinfo = { sub: "subject-1", email: ada.email, email_verified: true };
  expect((await oidc(site.browser())).status).toBe(303);
  provider.userinfo = { sub: "another", email: ada.email, email_verified: true };
  expect((await oidc(site.browser())).status).toBe(403);
});

test("somebody in two workspaces chooses one by its id; a foreign one opens nothing", async () => {
  const second = await site.tenant();
  const email = "cyd@example.com";
  await site.person(tenant, { email });
  await site.person(second, { email });
  provider.claims = { email, sub: "cyd" };
  for (const wanted of [second, tenant]) {
    const browser = site.browser();
    expect((await oidc(browser, undefined, `?workspace=${wanted}`)).status).toBe(303);
    expect((await browser.send("GET", "/api/me")).body.tenant.id).toBe(wanted);
  }
  expect((await oidc(site.browser(), undefined, `?workspace=${await site.tenant()}`)).status).toBe(403);
});

const access = async (assertion: string | null, browser = site.browser()) =>
  browser.send(
    "GET",
    "/sign-in/access?return_to=/runs",
    undefined,
    assertion === null ? from() : { ...from(), "cf-access-jwt-assertion": assertion },
  );
const asserted = (more: { [name: string]: unknown } = {}) =>
  provider.token({
    iss: provider.url,
    aud: [AUDIENCE],
    sub: "access-1",
    email: ada.email,
    iat: now(),
    exp: now() + 60,
    ...more,
  });

test("Cloudflare Access: its assertion begins a session for a person of the workspace", async () => {
  const browser = site.browser();
  const entered = await access(await asserted(), browser);
  expect(entered.status).toBe(303);
  expect(entered.headers.get("location")).toBe("/runs");
  expect((await browser.send("GET", "/api/me")).body).toMatchObject({
    id: ada.id,
    session: { method: "access" },
  });
  expect((await access(await asserted({ email: "stranger@example.com", sub: "x" }))).status).toBe(403);
});

test.each([
  ["another team", { iss: "https://evil.cloudflareaccess.com" }],
  ["another application", { aud: ["another"] }],
  ["an expired one", { exp: now() - 60 }],
  ["one without an end", { exp: undefined }],
  ["a service token's, which names no person", { email: undefined, common_name: "machine" }],
] as [string, { [name: string]: unknown }][])("Cloudflare Access, refused: %s", async (_, claims) => {
  const reply = await access(await asserted(claims));
  expect(reply.status).toBe(403);
  expect(reply.headers.getSetCookie()).toEqual([]);
});

test("Cloudflare Access, refused: none, junk, unsigned, signed by somebody else or with the public key", async () => {
  for (const assertion of [null, "junk", "a.b.c"]) expect((await access(assertion)).status).toBe(403);
  for (const signing of ["none", "stranger", "hmac"] as const) {
    provider.signing = signing;
    expect((await access(await asserted())).status, signing).toBe(403);
  }
});

test("what is not set up is not offered, and half a setting says what is missing", async () => {
  const bare = openSite("https://bare.example.com", { CHANNELS: "none" });
  expect((await bare.browser().send("GET", "/sign-in/oidc")).status).toBe(404);
  expect((await bare.browser().send("GET", "/sign-in/access")).status).toBe(404);
  const page = (await bare.browser().send("GET", "/sign-in")).text;
  expect(page).toContain("npm start");
  expect(page).not.toContain("<form");
  bare.close();
  const page2 = (await site.browser().send("GET", "/sign-in?return_to=/runs")).text;
  expect(page2).toContain('href="/sign-in/oidc?return_to=%2Fruns">Continue with Example Login');
  expect(page2).toContain('href="/sign-in/access?return_to=%2Fruns">');
  const half = openSite("https://half.example.com", { OIDC_ISSUER: provider.url, OIDC_CLIENT_ID: "x" });
  expect((await half.browser().send("GET", "/sign-in")).status).toBe(500);
  half.close();
});
