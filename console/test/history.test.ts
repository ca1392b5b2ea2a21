/** The history of many runs: scrolled, narrowed by the address, compared. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { fillRuns } from "./many-runs.ts";
import { type Stack, startStack, until } from "./stack.ts";

// A hundred pages are fetched one after the other; a busy machine takes its time over them.
vi.setConfig({ testTimeout: 240_000 });
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ agent: false });
  await fillRuns(stack, 5_000);
}, 180_000);
afterAll(() => stack?.stop());

test("thousands of runs scroll with few rows in the page; filters stand in the address", async () => {
  const { page, complaints, context } = await stack.open("/runs");
  const list = page.getByRole("list", { name: "Runs" });
  await list.getByRole("link").first().waitFor();
  const scroller = list.locator("..");
  const total = () => list.evaluate((element) => element.getBoundingClientRect().height);
  await until("the end is reached", async () => {
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    return (await total()) >= 5_000 * 44;
  });
  expect(await list.getByRole("link").count()).toBeLessThan(120);
  const frames = (await page.evaluate(`new Promise((done) => {
    const list = document.querySelector('ul[aria-label="Runs"]').parentElement, times = [];
    let last = performance.now();
    const step = (now) => {
      times.push(now - last); last = now;
      list.scrollTop -= 1500;
      times.length < 100 ? requestAnimationFrame(step) : done(times.slice(5));
    };
    requestAnimationFrame(step);
  })`)) as number[];
  const sorted = frames.sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  console.log(
    `5,000 runs: ${(1000 / middle).toFixed(0)} pictures/s, slowest ${sorted.at(-1)?.toFixed(0)} ms`,
  );
  await page.getByLabel("Status", { exact: true }).selectOption("failed");
  await page.waitForURL("**/runs?status=failed");
  await page.getByLabel("Command", { exact: true }).selectOption("git-status");
  await page.waitForURL("**/runs?*command=git-status*");
  await page.reload();
  await page.getByText("in 30 days").waitFor();
  await list.getByRole("link").first().waitFor();
  for (const text of await list.getByRole("link").allInnerTexts())
    expect(text).toMatch(/failed[\s\S]*git-status/);
  await page.getByLabel("Search in commands, arguments and notes").fill("zzz");
  await page.getByText("No run fits what you look for.").waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

/** Whatever scrolls sideways or is cut off there. */
const SIDEWAYS =
  "[...document.querySelectorAll('#page *')].filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible' && one.clientWidth > 1).map((one) => one.className)";

test("two runs stand beside each other; j, k and Enter walk the list", async () => {
  const { page, complaints, context } = await stack.open("/runs?command=pwd");
  await page.getByRole("checkbox").nth(1).check();
  await page.getByRole("checkbox").nth(2).check();
  await page.getByRole("button", { name: "Compare the two" }).click();
  await page.getByRole("heading", { name: "Two runs beside each other" }).waitFor();
  const status = page.getByRole("row", { name: /^Status/ });
  await status.waitFor();
  // Two runs of one command are told apart by which came first, their ids and when they were.
  const heads = await page.getByRole("columnheader").allInnerTexts();
  expect(heads[1]).toMatch(/^Earlier run_…\w{6}\s+\S/);
  expect(heads[2]).toMatch(/^Later run_…\w{6}\s+\S/);
  expect(heads[1]?.slice(8)).not.toBe(heads[2]?.slice(6));
  const tops = async () =>
    (await status.getByRole("cell").all()).reduce(
      async (all, cell) => [...(await all), Math.round((await cell.boundingBox())?.y ?? -1)],
      Promise.resolve<number[]>([]),
    );
  const size = page.viewportSize()!;
  // On a phone nothing is out of sight at the side, and the two still stand beside each other.
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
  expect(await page.evaluate(SIDEWAYS)).toEqual([]);
  const [left, right] = await tops();
  expect(left).toBe(right);
  await page.setViewportSize(size);
  await page.goBack();
  await page.getByRole("list", { name: "Runs" }).getByRole("link").first().waitFor();
  await page.keyboard.press("j");
  await page.locator('[data-row="0"]:focus').waitFor();
  await page.keyboard.press("j");
  await page.locator('[data-row="1"]:focus').waitFor();
  await page.keyboard.press("k");
  await page.locator('[data-row="0"]:focus').waitFor();
  const href = (await page.evaluate("document.activeElement.getAttribute('href')")) as string;
  await page.keyboard.press("Enter");
  await page.waitForURL(`**${href}`);
  expect(complaints).toEqual([]);
  await context.close();
});
