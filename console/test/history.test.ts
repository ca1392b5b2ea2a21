/** The history of many runs: scrolled, narrowed by the address, compared. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Stack, startStack, until } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ agent: false });
  const db = stack.workspace.db;
  // One real run as the pattern of five thousand: an agent would take minutes for them.
  const id = await stack.run("pwd");
  const many = Array.from({ length: 5_000 }, (_, index) => {
    const at = Date.now() - 60_000 - index * 300_000;
    return {
      id: `run_${at.toString(36).padStart(9, "0")}${String(index).padStart(14, "0")}`,
      at,
      status: index % 7 === 0 ? "failed" : "succeeded",
      command: index % 3 === 0 ? "git-status" : "pwd",
    };
  });
  const { results } = await db
    .prepare("SELECT name FROM pragma_table_info('workflow_executions')")
    .all<{ name: string }>();
  const set: { [column: string]: string } = {
    id: "value ->> 'id'",
    command: "value ->> 'command'",
    status: "value ->> 'status'",
    created_at: "value ->> 'at'",
    finished_at: "(value ->> 'at') + 1500",
    next_check_at: "NULL",
  };
  const columns = results.map(({ name }) => name);
  for (let from = 0; from < many.length; from += 1_000)
    await db
      .prepare(
        `INSERT INTO workflow_executions (${columns.join(", ")})
         SELECT ${columns.map((name) => set[name] ?? `r.${name}`).join(", ")}
         FROM json_each(?1), workflow_executions r WHERE r.id = ?2`,
      )
      .bind(JSON.stringify(many.slice(from, from + 1_000)), id)
      .run();
});
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
  await page.getByText("No run is like that.").waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test("two runs stand beside each other; j, k and Enter walk the list", async () => {
  const { page, complaints, context } = await stack.open("/runs?command=pwd");
  await page.getByRole("checkbox").nth(1).check();
  await page.getByRole("checkbox").nth(2).check();
  await page.getByRole("button", { name: "Compare the two" }).click();
  await page.getByRole("heading", { name: "Two runs beside each other" }).waitFor();
  await page.getByRole("row", { name: /Status/ }).waitFor();
  await page.goBack();
  await page.getByRole("list", { name: "Runs" }).getByRole("link").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const href = (await page.evaluate("document.activeElement.getAttribute('href')")) as string;
  await page.keyboard.press("Enter");
  await page.waitForURL(`**${href}`);
  expect(complaints).toEqual([]);
  await context.close();
});
