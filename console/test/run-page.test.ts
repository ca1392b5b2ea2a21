/** The run page against real runs: live, large, hostile, and over a restart of the server. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Stack, startStack, until } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

/** A command that runs this JavaScript on the agent: a file, since no program is ever handed code as text. */
const script = (slug: string, code: string) => {
  writeFileSync(join(stack.root, `${slug}.mjs`), code);
  return stack.put(slug, {
    name: slug,
    effect: "read",
    type: "builtin",
    definition: { program: "node", argv: [`${slug}.mjs`] },
  });
};
const status = async (id: string) => (await stack.get<{ status: string }>(`/api/runs/${id}`)).status;

/** Scrolls the log there; its rows once they fill what is in sight of it, which is a picture or more later. */
const rowsAt = (top: number) => `(() => {
  const log = document.querySelector("[data-log]");
  log.scrollTop = ${top};
  const rows = [...log.querySelectorAll("div.flex")];
  const [sight, all] = [log, log.lastElementChild].map((one) => one.getBoundingClientRect());
  const filled =
    rows.length > 0 &&
    rows[0].getBoundingClientRect().top <= sight.top + 1 &&
    rows.at(-1).getBoundingClientRect().bottom >= Math.min(sight.bottom, all.bottom) - 1;
  return filled ? rows.map((row) => row.innerText) : [];
})()`;

test("a log is followed over a restart of the server: no line lost, none doubled", async () => {
  // It goes on once somebody looks, however long it takes to open the page.
  await script(
    "count-slowly",
    `import { existsSync } from "node:fs";
     for (let i = 0; i < 120; i++) {
       console.log("line " + i + " of it");
       do await new Promise((r) => setTimeout(r, 50));
       while (i === 9 && !existsSync("looked-at"));
     }`,
  );
  const id = await stack.run("count-slowly");
  const { page, complaints, context } = await stack.open(`/runs/${id}`);
  await page.getByText("line 5 of it", { exact: true }).waitFor();
  writeFileSync(join(stack.root, "looked-at"), "");
  await stack.restart();
  await until("the run has ended", async () => (await status(id)) === "succeeded");
  await page.getByText("line 119 of it", { exact: true }).waitFor();
  await page.getByText("succeeded").first().waitFor();
  const seen: string[] = [];
  for (let top = 0; top <= 120 * 18; top += 300) {
    let drawn: string[] = [];
    await until("the lines there are drawn", async () => {
      drawn = (await page.evaluate(rowsAt(top))) as string[];
      return drawn.length > 0;
    });
    for (const text of drawn) seen.push(text.replace(/\s+/g, ""));
  }
  // The number beside a line is its place: one that was lost or doubled would shift all that follow.
  const lines = new Set(seen.filter((text) => text.includes("ofit")));
  expect([...lines].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))).toEqual(
    Array.from({ length: 120 }, (_, index) => `${index + 1}line${index}ofit`),
  );
  expect(complaints).toEqual([]);
  await context.close();
});

test("a log is wrapped to its window even when its lines are drawn later than they came", async () => {
  await script("long-line", `console.log("row " + "of words ".repeat(30) + "the end");`);
  const id = await stack.run("long-line");
  await until("it is over", async () => (await status(id)) === "succeeded");
  const { page, complaints, context } = await stack.open(`/runs/${id}`, { width: 390, height: 844 });
  // No picture is drawn until it is let go.
  await context.addInitScript(`{
    const draw = window.requestAnimationFrame.bind(window), held = [];
    window.requestAnimationFrame = (then) => (window.letGo ? draw(then) : held.push(then));
    window.drawNow = () => { window.letGo = true; for (const then of held) draw(then); };
  }`);
  await page.reload();
  const search = page.getByLabel("Search the log");
  // The line has come, and the page was rendered with it, but not its log.
  await until("the line has come", async () => {
    await search.fill("");
    await search.fill("the end");
    return page.getByText("1 of 1").isVisible();
  });
  await search.fill("");
  expect(await page.locator("[data-log]").count()).toBe(0);
  await page.evaluate("drawNow()");
  await page.getByText("row of words").waitFor();
  const sideways = () => page.locator("[data-log]").evaluate((log) => log.scrollWidth - log.clientWidth);
  await expect.poll(sideways).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
});

test("hostile text stays text: markup, escapes, bidi characters, a line of 100 KB", async () => {
  await script(
    "hostile",
    `console.log('<img src=x onerror="document.title=1"><script>document.title=2</scr' + 'ipt>');
     console.log('\\u001b[31mred\\u001b[0m \\u001b]0;title\\u0007\\u001b]8;;https://evil.example\\u0007link\\u001b]8;;\\u0007 \\u001b[2J\\u001b[1;1Hmoved');
     console.log('abc\\u202Edef');
     console.log('x'.repeat(100000));
     console.log('the end');`,
  );
  const answer = await stack.workspace.request("/api/commands/hostile/execute", {
    body: { note: '<b onclick="x">note</b>\u202E\u0007' },
  });
  const id = ((await answer.json()) as { run: { id: string } }).run.id;
  const { page, complaints, context } = await stack.open(`/runs/${id}`);
  await page.getByText("the end", { exact: true }).waitFor();
  await page.getByText('<img src=x onerror="document.title=1">', { exact: false }).waitFor();
  expect(await page.locator("[data-log] img, [data-log] script, [data-log] a").count()).toBe(0);
  await page.getByText("abc⟨202E⟩def").waitFor();
  await page.getByText("red", { exact: true }).waitFor();
  await page.getByText("98 k characters more").waitFor();
  // The log is there before the run is over.
  await expect.poll(() => page.title()).toBe("hostile succeeded · Workspace");
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  expect(complaints).toEqual([]);
  await context.close();
});

test("a question says where it runs: which agent ran what was before it, which one ran it, and what follows", async () => {
  const pwd = (id: string, more: object = {}) => ({ id, command: "pwd", ...more });
  await stack.put("look-then-ask", {
    name: "look then ask",
    effect: "read",
    type: "workflow",
    definition: {
      steps: [
        pwd("look"),
        pwd("go", { needs: ["look"], checkpoint: { prompt: "Go on?" } }),
        pwd("after", { needs: ["go"] }),
      ],
    },
  });
  const { page, complaints, context } = await stack.open(`/runs/${await stack.run("look-then-ask")}`);
  const [agent] = (await stack.get<{ items: { name: string }[] }>("/api/agents")).items;
  await page.getByText(`on any agent that fits (so far ${agent?.name})`).waitFor();
  await page.getByText("Then, without another question: pwd").waitFor();
  const asked = new URL(page.url()).pathname.slice("/runs/".length);
  await page.getByRole("button", { name: /^Approve/ }).click();
  await until("it has ended", async () => (await status(asked)) === "succeeded");
  const { checkpoints } = await stack.get<{ checkpoints: { id: string }[] }>(`/api/runs/${asked}`);
  await page.goto(`${stack.workspace.url}/approvals/${checkpoints[0]?.id}?show=decided`);
  await page.getByText(`on ${agent?.name}, in its root folder`).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test("ten megabytes scroll and are searched", async () => {
  await script(
    "much",
    "const line = 'x'.repeat(90); let all = ''; for (let i = 0; i < 100000; i++) all += i + ' ' + line + '\\n'; process.stdout.write(all);",
  );
  const id = await stack.run("much");
  await until("it has run", async () => (await status(id)) === "succeeded");
  const { page, complaints, context } = await stack.open(`/runs/${id}`);
  await page.getByText("99999 xxx", { exact: false }).waitFor();
  // A picture for every step of a long scroll: how long each took is what one would feel.
  const frames = (await page.evaluate(`new Promise((done) => {
    const log = document.querySelector("[data-log]"), times = [];
    let last = performance.now();
    const step = (now) => {
      times.push(now - last); last = now;
      log.scrollTop -= 4000;
      times.length < 120 ? requestAnimationFrame(step) : done(times.slice(5));
    };
    requestAnimationFrame(step);
  })`)) as number[];
  const sorted = frames.sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  console.log(`10 MB log: ${(1000 / middle).toFixed(0)} pictures/s, slowest ${sorted.at(-1)?.toFixed(0)} ms`);
  expect(await page.locator("[data-log] div.flex").count()).toBeLessThan(150);
  // Where motion is unwanted a log stands at its end as well.
  const phone = await stack.open(`/runs/${id}`, { width: 390, height: 844, touch: true, still: true });
  await phone.page.getByText("99999 xxx", { exact: false }).waitFor();
  expect(await phone.page.locator("[data-log] div.flex").count()).toBeLessThan(150);
  // Lines are wrapped: nothing is wider than the window, until one asks for it.
  const sideways = () =>
    phone.page.locator("[data-log]").evaluate((log) => log.scrollWidth - log.clientWidth);
  await expect.poll(sideways).toBe(0);
  await phone.page.getByRole("button", { name: "Wrap" }).click();
  await expect.poll(sideways).toBeGreaterThan(100);
  expect(phone.complaints).toEqual([]);
  await phone.context.close();
  await page.getByLabel("Search the log").fill("54321 x");
  // What was found comes into sight by itself; Enter is for the next.
  await page.getByText("1 of 1").waitFor();
  await page.locator("[data-log]").getByText("54321 x", { exact: false }).first().waitFor();
  await page.getByLabel("Search the log").fill("9999 x");
  await page.locator("[data-log]").getByText("9999 x", { exact: false }).first().waitFor();
  await page.getByText("1 of 10, Enter: next").waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("2 of 10").waitFor();
  await page.locator("[data-log]").getByText("19999 x", { exact: false }).first().waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test("a failed step says why; it is run again from there; a run is cancelled; parallel steps have lanes", async () => {
  await script("nap", "await new Promise((r) => setTimeout(r, 60_000))");
  await stack.put("lanes", {
    name: "lanes",
    type: "workflow",
    effect: "read",
    definition: {
      steps: [
        { id: "one", command: "pwd", needs: [] },
        { id: "two", command: "pwd", needs: [] },
        { id: "broken", command: "cat", args: { path: "no-such-file" }, needs: ["one", "two"] },
        { id: "never", command: "pwd", needs: ["broken"] },
      ],
      human_checkpoints: [],
      rollback_on_error: false,
      parallel_execution: true,
    },
  });
  const id = await stack.run("lanes");
  await until("it has failed", async () => (await status(id)) === "failed");
  const { page, complaints, context } = await stack.open(`/runs/${id}`);
  await page.getByRole("option", { name: /broken.*failed/ }).waitFor();
  // What broke is what one sees first.
  expect(await page.getByRole("option", { name: /broken/ }).getAttribute("aria-selected")).toBe("true");
  await page.getByRole("tab", { name: "Attempts" }).click();
  await page
    .getByText(/failed, attempt/)
    .first()
    .waitFor();
  await page.keyboard.press("r");
  await page.getByRole("button", { name: "Run again from broken" }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(id));
  await page.getByText("again of").waitFor();

  const nap = await stack.run("nap");
  await page.goto(`${stack.workspace.url}/runs/${nap}`);
  await page.getByRole("option", { name: /running/i }).waitFor();
  await page.keyboard.press("Shift+X");
  await page.getByText("What was done stays: this command does not roll back.").waitFor();
  await page.getByLabel("Reason").fill("not today");
  await page.keyboard.press("Enter");
  await page.getByText("cancelled").first().waitFor();
  await until("it is cancelled", async () => (await status(nap)) === "cancelled");
  expect(complaints).toEqual([]);
  await context.close();
});
