/** The pages of signing in: what they say where, that they need no script, and what they may load. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSite, type Site } from "./browser.ts";

let site: Site;
let tenant: string;
beforeAll(async () => {
  site = openSite();
  tenant = await site.tenant();
});
afterAll(() => site?.close());

test("without a script: the form, the page of somebody signed in, and signing out", async () => {
  const person = await site.person(tenant, { name: "Grace" });
  const browser = await site.signedIn(person);
  const fresh = await site.browser().send("GET", "/sign-in?return_to=/runs/x");
  expect(fresh.text).toContain('<input type="hidden" name="return_to" value="/runs/x">');
  expect(fresh.headers.get("content-security-policy")).toMatch(
    /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
  );
  const wrong = await site.browser().post("/sign-in", { email: "no <b>address" });
  expect(wrong.status).toBe(422);
  expect(wrong.text).toContain('value="no &lt;b&gt;address" aria-invalid="true"');
  const page = await browser.send("GET", "/sign-in");
  expect(page.text).toContain("As <b>Grace</b>");
  expect((await browser.post("/sign-in/out", { csrf: "wrong" })).status).toBe(403);
  expect((await browser.send("GET", "/api/me")).status).toBe(200);
  const out = await browser.post("/sign-in/out", {
    csrf: /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? "",
  });
  expect(out.text).toContain("You are signed out");
  expect(browser.cookies.size).toBe(0);
});

test("where no mail can be sent, the page says where a link comes from, and so does that of a spent one", async () => {
  const bare = openSite("https://bare.example.com", { CHANNELS: "none" });
  const page = await bare.browser().send("GET", "/sign-in");
  expect(page.text).not.toContain("<form");
  for (const words of ["Ask an owner for your link", "This workspace cannot send mail yet"])
    expect(page.text).toContain(words);
  const asked = await site.browser().send("GET", "/sign-in");
  for (const words of ["Mail me a link", "Ask an owner to add you"]) expect(asked.text).toContain(words);
  for (const words of ["cannot send mail", "npm start", "Ask an owner for your link"])
    expect(asked.text).not.toContain(words);

  const owner = await bare.person(await bare.tenant());
  const token = await bare.link(owner);
  await bare.browser().post(`/sign-in/${token}`);
  expect((await bare.browser().send("GET", `/sign-in/${token}`)).text).toContain(
    "ask an owner for a new one",
  );
  bare.close();

  const here = openSite("http://127.0.0.1:8787", { CHANNELS: "none" });
  const there = (await here.browser().send("GET", "/sign-in")).text;
  for (const words of ["npm start", "127.0.0.1:8787/sign-in/…", "each start prints a new link"])
    expect(there).toContain(words);
  here.close();
});
