/** The whole main job by keyboard: words, arguments, plan, run, approval, result; then its undoing, and a rejection. */
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { focused, inSequence } from "./browser.ts";
import { checkpointOf, send } from "./places.ts";
import { type Stack, startStack, until } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

const head = () =>
  execFileSync("git", ["rev-parse", "main"], { cwd: join(stack.root, "demo.git"), encoding: "utf8" });

test("a first run, from the guide over plan and checkpoint to its end, with no hand on the mouse", async () => {
  appendFileSync(join(stack.root, "demo", "README.md"), "\nA line.\n");
  const before = head();
  const { page, complaints, context } = await stack.open("/");
  await page.getByText("Your first run, in three steps").waitFor();
  await page.keyboard.press("Control+k");
  // At once: no letter is lost while the palette opens.
  await page.keyboard.type("workflow deploy");
  await page
    .getByRole("option", { name: /workflow deploy/ })
    .first()
    .waitFor();
  await page.keyboard.press("Tab");
  await focused(page.getByLabel("message", { exact: true }));
  await page.keyboard.type("From the keyboard");
  await page.getByLabel("dry_run", { exact: true }).focus();
  await page.keyboard.type("true");
  // The agent knows of one project, and the command needs one.
  await expect.poll(() => page.getByLabel("Folder").inputValue()).toBe("demo");
  const plan = page.getByRole("region", { name: "What will run" });
  await plan.getByText(/git commit .*-m 'From the keyboard'/).waitFor();
  await plan.getByText("wrangler deploy --dry-run").waitFor();
  await plan.getByText("only if files have changed or something is staged").waitFor();
  await plan.getByText(/Stops here and asks/).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/runs/run_*");
  await page.getByRole("heading", { name: /wrangler-deploy/ }).waitFor();
  await page.getByRole("button", { name: "Reject and roll back 3 steps" }).waitFor();
  await page.keyboard.press("a");
  await focused(page.getByRole("button", { name: /^Approve/ }));
  await page.keyboard.press("Enter");
  await page.getByText("succeeded").first().waitFor();
  await until("the run is over", async () => {
    const id = new URL(page.url()).pathname.split("/").at(-1);
    return (await stack.get<{ status: string }>(`/api/runs/${id}`)).status === "succeeded";
  });
  expect(head()).not.toBe(before);
  await inSequence(page, "g", "h");
  await page.getByText("Last 30 days").waitFor();
  await page.getByText("Your first run, in three steps").waitFor({ state: "hidden" });
  const stats = await stack.get<{ days: { runs: number; waited_ms: number }[] }>("/api/run-stats");
  expect(stats.days).toMatchObject([{ runs: 1 }]);
  expect(stats.days[0]?.waited_ms).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
  await context.close();
});

test("what is wrong with an argument is said at its field; a chain shows its steps; Esc goes back, then closes", async () => {
  await stack.put("greet", {
    name: "greet somebody",
    effect: "read",
    type: "builtin",
    parameters: [
      { name: "who", type: "string", required: true, pattern: "[a-z]+", description: "whom" },
      { name: "times", type: "number", min: 1, max: 3, default: 1 },
      { name: "tone", type: "enum", options: ["kind", "curt"] },
    ],
    definition: { program: "echo", argv: ["hello", { param: "who" }] },
  });
  const { page, complaints, context } = await stack.open("/runs");
  await page.getByRole("heading", { name: "Runs" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("greet somebody");
  await page
    .getByRole("option", { name: /greet somebody/ })
    .first()
    .waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("Say who first.").waitFor();
  // The field that is missing has the focus.
  await focused(page.getByRole("textbox", { name: /^who/ }));
  await page.keyboard.type("Olga");
  await page.getByText("must match [a-z]+").waitFor();
  await page.keyboard.press("Enter");
  expect(page.url()).toContain("/runs");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("olga");
  await page.getByText("echo hello olga").waitFor();
  await page.keyboard.press("Control+Enter");
  // It stays, ready for the next, and says that it was started.
  await page.getByText(/Started greet somebody/).waitFor();
  await focused(page.getByPlaceholder("What do you want to run?"));
  await page.keyboard.type("git commit and push");
  await page.getByRole("option", { name: /→/ }).first().waitFor();
  await page.keyboard.press("Escape");
  expect(await page.getByPlaceholder("What do you want to run?").inputValue()).toBe("");
  await page.keyboard.press("Escape");
  await page
    .getByRole("dialog")
    .waitFor({ state: "detached" })
    .catch(() => {});
  expect(await page.locator("dialog[open]").count()).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
});

test("a chain is as its steps are: effect, button, and the steps in words with their JSON folded away", async () => {
  const { page, complaints, context } = await stack.open("/runs");
  await page.getByRole("heading", { name: "Runs" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("git status then wrangler deploy then git log");
  await page.getByRole("option", { name: /→/ }).first().waitFor();
  await page.keyboard.press("Enter");
  const face = page.locator("[data-prepare]");
  await face.getByRole("button", { name: /^Run 3 steps/ }).waitFor();
  const head = face.getByRole("heading", { level: 2 }).locator("..");
  const planned = face.getByRole("region", { name: "What will run" });
  await planned.getByText("destructive: hard to undo").waitFor();
  // What the plan says is not said above it as well.
  expect(await head.innerText()).not.toMatch(/read|destructive/);
  const steps = await face.getByRole("list", { name: "Steps" }).getByRole("listitem").allInnerTexts();
  expect(steps.map((line) => line.replace(/^\d+\s*/, ""))).toEqual([
    "git-status",
    expect.stringContaining("wrangler-deploy"),
    expect.stringContaining("git-log"),
  ]);
  const json = face.locator("details textarea");
  expect(await json.isVisible()).toBe(false);
  await face.getByText("Change them as JSON").click();
  await json.fill("[");
  await face.getByText("is not JSON").waitFor();
  await json.fill('[{"command": "git-log"}]');
  await face.getByRole("button", { name: /^Run 1 step$|^Run 1 step / }).waitFor();
  await planned.getByText("destructive").first().waitFor({ state: "hidden" });
  expect(complaints).toEqual([]);
  await context.close();
});

test("what would not run does not look ready: a step left out is struck through, what is missing names its agent", async () => {
  await stack.put("lacks-a-tool", {
    name: "lacks a tool",
    effect: "read",
    type: "builtin",
    requires: [{ tool: "no-such-tool" }],
    definition: { program: "no-such-tool", argv: [] },
  });
  const step = (id: string, more: object = {}) => ({ id, command: "lacks-a-tool", ...more });
  await stack.put("ask-a-page", {
    name: "ask a page",
    effect: "read",
    type: "workflow",
    parameters: [{ name: "address", type: "string", description: "asked afterwards" }],
    definition: {
      steps: [step("look"), step("ask", { when: { from: "args.address", present: true } })],
    },
  });
  const { page, complaints, context } = await stack.open("/runs");
  await page.getByRole("heading", { name: "Runs" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("ask a page");
  await page
    .getByRole("option", { name: /ask a page/ })
    .first()
    .waitFor();
  await page.keyboard.press("Enter");
  const face = page.locator("[data-prepare]");
  const planned = face.getByRole("region", { name: "What will run" });
  const [agent] = (await stack.get<{ items: { name: string }[] }>("/api/agents")).items;
  await face.getByLabel("Folder").fill("demo");
  await planned.getByText(new RegExp(`^On ${agent?.name}: .*no-such-tool`)).waitFor();
  await face.getByText("Something is missing, see above.").waitFor();
  await planned.getByText("skipped with these arguments").waitFor();
  await face.getByLabel("address").fill("https://example.com");
  await planned.getByText("skipped with these arguments").waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
  await context.close();
});

test("words typed while the page still loads are looked up as soon as it is known who asks", async () => {
  const { page, complaints, context } = await stack.open("/runs");
  const refused: string[] = [];
  page.on("response", (response) => {
    if (response.status() === 403) refused.push(response.url());
  });
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route("**/api/me", async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  await page.getByRole("heading", { name: "Runs" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("git status");
  expect(await page.getByPlaceholder("What do you want to run?").inputValue()).toBe("git status");
  answer();
  await page
    .getByRole("option", { name: /git status/ })
    .first()
    .waitFor();
  expect(refused).toEqual([]);
  expect(complaints).toEqual([]);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await context.close();
});

test("Enter before the answer waits for the answer to just what was typed; typing on or Escape takes it back", async () => {
  const { page, complaints, context } = await stack.open("/runs");
  await page.getByRole("heading", { name: "Runs" }).waitFor();
  let answer = () => {};
  const hold = () => {
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    return page.route("**/api/resolve", async (route) => {
      await held;
      await route.continue();
    });
  };
  const field = page.getByPlaceholder("What do you want to run?");
  const waits = page.getByText("Waits for the answer, then shows what will run");
  const option = (name: RegExp) => page.getByRole("option", { name }).first();
  await hold();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("git log");
  await page.keyboard.press("Enter");
  await waits.waitFor();
  answer();
  await page.getByRole("heading", { name: "git log" }).waitFor();
  // Escape goes back from there; with the focus nowhere it would close the palette.
  await page.locator("[data-prepare] :focus").waitFor();
  await page.keyboard.press("Escape");
  await page.unroute("**/api/resolve");
  // What was listed for the words before is not what Enter means.
  await field.fill("git status");
  await option(/^git status/).waitFor();
  await hold();
  await field.fill("git branch");
  await page.keyboard.press("Enter");
  await waits.waitFor();
  await page.keyboard.type("e");
  await waits.waitFor({ state: "hidden" });
  await page.keyboard.press("Backspace");
  answer();
  await option(/^git branch/).waitFor();
  expect(await page.getByRole("region", { name: "What will run" }).count()).toBe(0);
  await page.unroute("**/api/resolve");
  await hold();
  await field.fill("git diff");
  await page.keyboard.press("Enter");
  await waits.waitFor();
  await page.keyboard.press("Escape");
  await waits.waitFor({ state: "hidden" });
  answer();
  await option(/^git diff/).waitFor();
  expect(await field.inputValue()).toBe("git diff");
  expect(complaints).toEqual([]);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await context.close();
});

test("what looks at a project asks in which one, where several are known and none was said", async () => {
  execFileSync("git", ["clone", "--quiet", "demo.git", "shop"], { cwd: stack.root });
  const { page, complaints, context } = await stack.open("/library/deploy");
  // The agent tells of a new project when it looks the next time.
  await page.route("**/api/agents/agt_*", async (route) => {
    const answer = await route.fetch();
    const told = (await answer.json()) as { agent: { facts: { projects?: object } } };
    told.agent.facts.projects = { demo: {}, shop: {} };
    await route.fulfill({ response: answer, json: told });
  });
  await page.evaluate("localStorage.clear()");
  await page.reload();
  await page.getByRole("heading", { name: "deploy", exact: true }).waitFor();
  await page.getByRole("button", { name: /^Run/ }).first().click();
  await page.getByText("In which one?").waitFor();
  await page.getByRole("button", { name: "shop", exact: true }).click();
  expect(await page.getByLabel("Folder").inputValue()).toBe("shop");
  await page.getByText("In which one?").waitFor({ state: "hidden" });
  expect(complaints).toEqual([]);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await context.close();
});

test("an undo is told apart from the run it undid; what I rejected myself did not break", async () => {
  const over = (id: string, how: string) =>
    until(
      `${id} has ${how}`,
      async () => (await stack.get<{ status: string }>(`/api/runs/${id}`)).status === how,
    );
  const decide = async (run: string, approved: boolean) =>
    send(stack, "POST", `/api/checkpoints/${await checkpointOf(stack, run)}/approve`, { approved });
  const made = await stack.run("mkdir", { args: { path: "made-here" }, cwd: "demo" });
  await over(made, "succeeded");
  const { run } = await send<{ run: { id: string } }>(stack, "POST", `/api/runs/${made}/undo`, {});
  await checkpointOf(stack, run.id);
  const asked = await stack.open(`/runs/${made}`);
  await asked.page.getByText("undo under way:").waitFor();
  await decide(run.id, true);
  await over(run.id, "succeeded");
  await asked.page.getByText("undone by").waitFor();
  await asked.context.close();
  await stack.put("refused", {
    name: "refused",
    effect: "write",
    type: "workflow",
    definition: { steps: [{ command: "mkdir", args: { path: "never" }, checkpoint: true }] },
  });
  const mine = await stack.run("refused", { cwd: "demo" });
  await decide(mine, false);
  await over(mine, "rejected");
  await stack.put("broken", {
    name: "broken",
    effect: "read",
    type: "builtin",
    definition: { program: "false", argv: [] },
  });
  await over(await stack.run("broken"), "failed");
  const { page, complaints, context } = await stack.open("/runs");
  const list = page.getByRole("list", { name: "Runs" });
  const rows = list.getByRole("link").filter({ hasText: "made-here" });
  await rows.first().waitFor();
  expect(await rows.count()).toBe(2);
  expect(await rows.first().innerText()).toContain("undo of");
  expect(await rows.first().innerText()).not.toContain("undone");
  expect(await rows.last().innerText()).toContain("undone");
  await rows.first().click();
  await page.getByText("undo of").waitFor();
  await page.getByRole("link", { name: `run_…${made.slice(-6)}` }).click();
  await page.getByText("undone by").waitFor();
  await page.goto(stack.workspace.url);
  const broke = page.getByRole("region", { name: "Just broke" });
  await broke.getByText("broken").waitFor();
  expect(await broke.getByText("refused").count()).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
});
