/** What pages share: what ends a row, tabs that do not fit, the list of keys. */
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePlaces, openAs, type Places, settled } from "./places.ts";
import { type Stack, startStack } from "./stack.ts";

/** The colour of an element's words. */
const colourOf = (one: Locator) =>
  one.evaluate((element) => element.ownerDocument.defaultView?.getComputedStyle(element).color);
/** As an expression for the page: the tests know no DOM. */
const BAD = `(() => {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.className = "text-bad";
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
})()`;
const PHONE = { width: 390, height: 844, touch: true };
let stack: Stack;
let made: Places;
beforeAll(async () => {
  stack = await startStack({ agent: false });
  made = await makePlaces(stack);
});
afterAll(() => stack?.stop());

/** Lists with something in them that can be ended. */
const LISTS = [
  "/approvals/policies",
  "/approvals/stand-ins",
  "/people",
  "/people/groups",
  "/people/permissions",
  "/people/tokens",
  "/platform/costs",
  "/platform/files?prefix=backups%2F",
  "/secrets",
  "/services",
];

test("what ends a row is marked, stands last and asks before it acts", async () => {
  const { page, context, complaints } = await stack.open("/people");
  const sent: string[] = [];
  page.on("request", (request) => {
    if (!["GET", "HEAD"].includes(request.method())) sent.push(`${request.method()} ${request.url()}`);
  });
  const bad = await page.evaluate(BAD);
  for (const path of LISTS) {
    await page.goto(stack.workspace.url + path);
    await settled(page);
    const enders = page.getByRole("table").getByRole("button", { name: /^(Delete|Remove|Revoke)\b/ });
    await enders.first().waitFor();
    const ender = enders.and(page.locator(":enabled")).first();
    expect(await ender.innerText(), path).toMatch(/^(Delete|Remove|Revoke)…$/);
    for (const one of await enders.all()) {
      expect(await colourOf(one), path).toBe(bad);
      expect(await one.evaluate((button) => button.nextElementSibling), path).toBeNull();
    }
    const others = page.getByRole("table").getByRole("button", { name: /^(Change|Open|Logs)\b/ });
    for (const one of await others.all()) expect(await colourOf(one), path).not.toBe(bad);
    await ender.click();
    await page.getByRole("dialog").getByRole("button", { name: "Leave it" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  expect(sent).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

test("tabs that do not fit show that more follows, and the open one is in sight", async () => {
  const { page, context, complaints } = await openAs(stack, made.people.grace as string, "/platform", PHONE);
  const strip = page.getByRole("navigation", { name: "Platform" });
  const sides = () =>
    strip.evaluate(({ dataset }) => [dataset.fadesBefore !== undefined, dataset.fadesAfter !== undefined]);
  const faded = () => strip.evaluate((nav) => nav.ownerDocument.defaultView?.getComputedStyle(nav).maskImage);
  await strip.waitFor();
  await expect.poll(sides).toEqual([false, true]);
  const atStart = await faded();
  await strip.evaluate((nav) => nav.scrollTo({ left: nav.scrollWidth }));
  await expect.poll(sides).toEqual([true, false]);
  expect(await faded()).not.toBe(atStart);
  for (const [path, name] of [
    ["/platform/query", "Query"],
    ["/platform/costs", "Costs"],
  ] as const) {
    await page.goto(stack.workspace.url + path);
    const open = strip.getByRole("link", { name });
    await open.waitFor();
    await expect
      .poll(() =>
        open.evaluate((link) => {
          const [own, around] = [link, link.parentElement].map((one) => one?.getBoundingClientRect());
          return own && around && own.left >= around.left && own.right <= around.right;
        }),
      )
      .toBe(true);
  }
  // Where all of them fit nothing fades.
  await page.goto(`${stack.workspace.url}/people`);
  const few = page.getByRole("navigation", { name: "People" });
  await few.getByRole("link", { name: "Tokens" }).waitFor();
  expect(await few.evaluate(({ dataset }) => ({ ...dataset }))).toEqual({});
  expect(complaints).toEqual([]);
  await context.close();
});

test("on a phone the list of keys shows the keys, and says how it goes without them", async () => {
  const { page, context, complaints } = await stack.open("/runs", PHONE);
  await page.getByRole("button", { name: /Who I am|owner/ }).click();
  await page.getByRole("menuitem", { name: "Keys" }).click();
  const keys = page.getByRole("dialog", { name: "Keys" });
  expect(await keys.locator("kbd").first().isVisible()).toBe(true);
  expect(await keys.getByText("These are for a keyboard").isVisible()).toBe(true);
  await context.close();
  const desk = await stack.open("/runs");
  await desk.page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
  await desk.page.keyboard.press("?");
  const there = desk.page.getByRole("dialog", { name: "Keys" });
  expect(await there.locator("kbd").first().isVisible()).toBe(true);
  expect(await there.getByText("These are for a keyboard").isVisible()).toBe(false);
  expect([...complaints, ...desk.complaints]).toEqual([]);
  await desk.context.close();
});
