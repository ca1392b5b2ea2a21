/** The frame: signed in by the launcher's link, reached by keyboard, the types of the API as fresh as its routes. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { FACES } from "@tw/shared/pages/look";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serious } from "./axe.ts";
import { inSequence } from "./browser.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ agent: false });
});
afterAll(() => stack?.stop());

test("the types of the API are what its routes say", () => {
  const script = join(import.meta.dirname, "../scripts/api-types.ts");
  execFileSync(process.execPath, [script, "--check"], { stdio: "pipe" });
});

test("the launcher's link signs in once; places, keys and the theme work by keyboard", async () => {
  const { page, complaints, context } = await stack.open("/");
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await inSequence(page, "g", "r");
  await page.waitForURL("**/runs");
  await page.goBack();
  await page.waitForURL((url) => url.pathname === "/");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).getByText("Go to Runs").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.goto(`${stack.workspace.url}/no/such/place`);
  await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

/** Pages whose empty list has the button that otherwise stands in their head, and where the list comes from. */
const FIRST_ONES = [
  ["/agents", "/api/agents"],
  ["/services", "/api/services"],
  ["/schedules", "/api/schedules"],
  ["/schedules/webhooks", "/api/hooks"],
  ["/secrets", "/api/secrets"],
  ["/people/groups", "/api/iam/groups"],
  ["/approvals/policies", "/api/policies"],
  ["/approvals/stand-ins", "/api/stand-ins"],
  ["/platform", "/api/clients"],
  ["/platform/knowledge", "/api/knowledge"],
  ["/platform/costs", "/api/meauxos/costs/entries"],
  ["/platform/files", "/api/r2"],
] as const;

/** Where everything in the head stands, in the fonts it is meant for. */
const PLACES = `document.fonts.ready.then(() => [...document.querySelectorAll("#page header, #page header *")]
  .map((one) => one.getBoundingClientRect()).map(({ x, y, width, height }) => [x, y, width, height].join()))`;

test.each([
  { width: 1440, height: 900 },
  { width: 390, height: 844, touch: true },
])("no button vanishes and no head moves while a list comes, $width wide", async (look) => {
  const { page, complaints, context } = await stack.open("/", look);
  const head = page.locator("#page header").first();
  const main = head.locator(".bg-accent");
  for (const [path, list] of FIRST_ONES) {
    let come = () => {};
    const held = new Promise<void>((done) => {
      come = done;
    });
    const these = (url: URL) => url.pathname === list;
    await page.route(these, async (route) => {
      await held;
      await route.fulfill({ json: { items: [], folders: [], next_cursor: null } });
    });
    await page.goto(stack.workspace.url + path);
    await main.waitFor({ state: "attached" });
    await page.locator("[data-may-be-empty]").waitFor();
    expect(await main.isVisible(), path).toBe(false);
    const before = await page.evaluate(PLACES);
    come();
    await page.locator("[data-first] button").waitFor();
    expect(await main.isVisible(), path).toBe(false);
    expect(await page.evaluate(PLACES), path).toEqual(before);
    await page.unroute(these);
  }
  // With something in the list it stands where its place was kept.
  await page.goto(`${stack.workspace.url}/agents`);
  await main.waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test("nobody is signed in: the page says so and leads to the sign-in", async () => {
  const context = await stack.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${stack.workspace.url}/runs?status=failed`);
  const link = page.getByRole("link", { name: "To the sign-in page" });
  expect(await link.getAttribute("href")).toBe("/sign-in?return_to=%2Fruns%3Fstatus%3Dfailed");
  await link.click();
  // Of one face with the console, and it says how one gets in here.
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await page.getByText("each start prints a new link").waitFor();
  expect(
    await page.evaluate("document.fonts.ready.then((all) => [...all].map((one) => one.status))"),
  ).toContain("loaded");
  expect(await serious(page)).toEqual([]);
  await context.close();
});

test("files are kept by the browser, pages are not; the policy stands on both", async () => {
  const page = await fetch(`${stack.workspace.url}/runs/anything`);
  const html = await page.text();
  expect(page.headers.get("content-security-policy")).toContain(
    "default-src 'none'; script-src 'self'; style-src 'self'",
  );
  expect(page.headers.get("cache-control")).toContain("must-revalidate");
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1];
  const file = await fetch(stack.workspace.url + script);
  expect(file.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(html).not.toMatch(/<script>|<style|style=|onclick=/);
  // By a name that stays, for the pages that are no part of the console; so not for ever.
  const face = await fetch(stack.workspace.url + FACES[0]);
  expect(face.headers.get("content-type")).toBe("font/woff2");
  expect(face.headers.get("cache-control")).toBe("public, max-age=2592000");
  expect((await fetch(`${stack.workspace.url}/api/nothing`)).headers.get("content-type")).toContain(
    "application/json",
  );
});

test("axe finds nothing serious on the pages, light and dark, wide and narrow, nor in the palette", async () => {
  const run = await stack.run("workflow-deploy", { cwd: "demo", args: { message: "x" } });
  const looks = [{ dark: false }, { dark: true, width: 390, height: 844, touch: true }];
  for (const look of looks) {
    const { page, complaints, context } = await stack.open("/", look);
    const check = async (where: string) => {
      expect(await serious(page), where).toEqual([]);
    };
    await page.getByText("Last 30 days").waitFor();
    await check("home");
    await page.keyboard.press("Control+k");
    await page.getByRole("option").first().waitFor();
    await check("palette");
    await page.keyboard.press("Escape");
    await page.goto(`${stack.workspace.url}/runs`);
    await page.getByRole("list", { name: "Runs" }).getByRole("link").first().waitFor();
    await check("runs");
    await page.goto(`${stack.workspace.url}/runs/${run}`);
    await page.getByRole("option").first().waitFor();
    await check("run");
    expect(complaints).toEqual([]);
    await context.close();
  }
});
