/** The workflow builder: from nothing to a run, by mouse and by keyboard; canvas and YAML as one document; 200 steps. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serious } from "./axe.ts";
import { idlePicture, inSequence } from "./browser.ts";
import { type Stack, startStack, until } from "./stack.ts";

/** Real browsers and Workers on a busy machine: what is slow there is no failure. */
const LONG = 180_000;
let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
}, LONG);
afterAll(() => stack?.stop());

const node = (page: Page, id: string): Locator =>
  page.locator(`[aria-label="Canvas"] .react-flow__node[data-id="${id}"]`);
const yaml = (page: Page) => page.getByRole("textbox", { name: "The workflow as YAML" });
/** The text in the editor. It draws only what is in sight, so the workflows of these tests are short. */
const written = async (page: Page) => {
  const lines = await yaml(page).locator(".cm-line").allInnerTexts();
  return lines.map((line) => (line === "\n" ? "" : line)).join("\n");
};
const says = (page: Page, what: string | RegExp) => expect.poll(() => written(page)).toMatch(what);
const problems = (page: Page) => page.getByRole("region", { name: "Problems" });
async function add(page: Page, words: string, option: RegExp): Promise<void> {
  await page.getByRole("dialog").getByRole("combobox").fill(words);
  await page.getByRole("option", { name: option }).first().click();
}
/** A line drawn from the lower end of one step to the upper end of another. */
async function connect(page: Page, from: string, to: string): Promise<void> {
  const end = node(page, to).locator(".react-flow__handle.target");
  await node(page, from).locator(".react-flow__handle.source").hover();
  await page.mouse.down();
  // Steps are moved when one of them grows or shrinks: the pointer goes to where the end is now, until the line takes it.
  await expect
    .poll(async () => {
      const box = await end.boundingBox();
      if (!box) throw new Error("a handle is out of sight");
      await page.mouse.move(box.x, box.y - 12, { steps: 6 });
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 3 });
      return end.getAttribute("class");
    })
    .toContain("connectingto");
  await page.mouse.up();
}
const command = (slug: string) =>
  stack.get<{ version: number; definition: { steps: { id: string; needs?: string[] }[] } }>(
    `/api/commands/${slug}`,
  );

test(
  "from nothing by mouse: steps, a result picked and one dragged, a circle refused, dry run, saved, run",
  async () => {
    const { page, complaints, context } = await stack.open("/workflows");
    await page.getByRole("button", { name: "Make the first one" }).click();
    await page.waitForURL("**/workflows/new");
    await problems(page).getByText("It can be saved once it has a step.").waitFor();
    await page.getByRole("button", { name: "Add the first step" }).click();
    await add(page, "git status", /^git-status/);
    await node(page, "git-status").waitFor();
    // Enter before the list has come waits for it.
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const search = (url: URL) => url.pathname === "/api/commands" && url.searchParams.get("q") !== null;
    await page.route(search, async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole("button", { name: /Add a step/ }).click();
    await page.getByRole("dialog").getByRole("combobox").fill("echo");
    await page.keyboard.press("Enter");
    await page.getByText("waits for the answer").waitFor();
    answer();
    await node(page, "echo").waitFor();
    await page.unroute(search);
    await page.getByRole("button", { name: /Add a step/ }).click();
    await add(page, "cat", /^cat/);
    // What is missing is said at the step and in the list; the list leads there.
    await node(page, "cat")
      .getByText(/missing/)
      .waitFor();
    await node(page, "echo").click();
    await problems(page)
      .getByRole("button", { name: /cat args.path missing/ })
      .click();
    await page.getByRole("region", { name: "Step cat" }).waitFor();
    // A value by typing, a reference by picking, another by dragging.
    await page.locator('[data-argument="path"] input').fill("README.md");
    await problems(page).getByText("The definition is valid.").waitFor();
    await node(page, "echo").click();
    await page.getByRole("button", { name: "Use a result for message" }).click();
    await page.getByRole("dialog").getByRole("combobox").fill("branch");
    await page.getByRole("option", { name: /steps\.git-status\.outputs\.branch/ }).click();
    await node(page, "echo")
      .getByText(/message=.*<branch from git-status>/)
      .waitFor();
    await node(page, "git-status")
      .getByText("head", { exact: true })
      .dragTo(page.locator('[data-argument="value"]'));
    await says(page, /value: \{ from: steps\.git-status\.outputs\.head \}/);
    // A circle is refused at the step it would be made at, and nothing is changed.
    const before = await written(page);
    await connect(page, "cat", "git-status");
    await node(page, "git-status")
      .getByText(/would need each other/)
      .waitFor();
    expect(await written(page)).toBe(before);
    // A line that is allowed.
    await connect(page, "git-status", "cat");
    await says(page, /needs: \[ echo, git-status \]/);
    // Its name and one argument of its own.
    await page.locator(".react-flow__pane").click({ position: { x: 20, y: 300 } });
    await page.getByRole("region", { name: "Settings of the workflow" }).waitFor();
    await page.getByLabel("Name", { exact: false }).first().fill("Look around");
    await says(page, /^name: Look around/);
    await page.getByRole("button", { name: /Dry run/ }).click();
    const plan = page.getByRole("region", { name: "What would run" });
    await plan
      .getByText("cat -- README.md")
      .or(plan.getByText(/cat .*README\.md/))
      .first()
      .waitFor();
    await plan.getByText("3 steps").waitFor();
    await page.getByRole("button", { name: /^Close/ }).click();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    expect(await page.getByLabel("Name by which it is run").inputValue()).toBe("look-around");
    await page.getByRole("button", { name: "Save as version 1" }).click();
    await page.waitForURL("**/workflows/look-around");
    // The page it was made on is none to come back to: it would be empty.
    await page
      .getByRole("heading", { name: "look-around" })
      .or(page.getByText("look-around").first())
      .first()
      .waitFor();
    await page.goBack();
    await page.waitForURL("**/workflows");
    await page.goForward();
    await page.waitForURL("**/workflows/look-around");
    expect((await command("look-around")).definition.steps.map(({ id, needs }) => [id, needs])).toEqual([
      ["git-status", undefined],
      ["echo", undefined],
      ["cat", ["echo", "git-status"]],
    ]);
    await page.getByRole("button", { name: /^Run/ }).click();
    await page.getByLabel("Folder").fill("demo");
    await page
      .getByRole("region", { name: "What will run" })
      .getByText(/README\.md/)
      .first()
      .waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/runs/run_*");
    const id = new URL(page.url()).pathname.split("/").at(-1);
    await until(
      "the run has succeeded",
      async () => (await stack.get<{ status: string }>(`/api/runs/${id}`)).status === "succeeded",
    );
    expect(complaints).toEqual([]);
    await context.close();
  },
  LONG,
);

test(
  "by keyboard alone: made, ordered, planned, saved, undone",
  async () => {
    const { page, complaints, context } = await stack.open("/");
    await page.getByRole("heading", { name: "Home" }).waitFor();
    await inSequence(page, "g", "w");
    await page.getByRole("heading", { name: "Workflows" }).waitFor();
    await page.keyboard.press("n");
    await page.getByText("Nothing runs here yet.").waitFor();
    const key = async (keys: string, words: string, option: RegExp, id: string) => {
      await page.keyboard.press(keys);
      await page.getByRole("dialog").getByRole("combobox").waitFor();
      await page.keyboard.type(words);
      await page.getByRole("option", { name: option }).first().waitFor();
      await expect
        .poll(() => page.locator('[role="option"][data-selected="true"]').innerText())
        .toMatch(option);
      await page.keyboard.press("Enter");
      await node(page, id).waitFor();
    };
    await key("a", "git-status", /^git-status/, "git-status");
    await key("a", "echo", /^echo/, "echo");
    // The step above: moved below, and back by undo; the choice goes along.
    await page.keyboard.press("k");
    await page.getByRole("region", { name: "Step git-status" }).waitFor();
    await page.keyboard.press("Shift+J");
    await says(page, /id: echo[\s\S]*id: git-status/);
    await page.keyboard.press("Control+z");
    await says(page, /id: git-status[\s\S]*id: echo/);
    await page.keyboard.press("Control+Shift+z");
    await says(page, /id: echo[\s\S]*id: git-status/);
    await page.keyboard.press("Control+z");
    // Into the form, a value, out of it again.
    await page.keyboard.press("j");
    await page.getByRole("region", { name: "Step echo" }).waitFor();
    await page.keyboard.press("e");
    await page.keyboard.press("Tab");
    await page.getByLabel("message", { exact: true }).focus();
    await page.keyboard.type("hello");
    await says(page, /message: hello/);
    await page.keyboard.press("Control+s");
    await page.getByLabel("Name by which it is run").focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("by-keyboard");
    await page.getByRole("button", { name: "Save as version 1", disabled: false }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/workflows/by-keyboard");
    expect((await command("by-keyboard")).definition.steps.map(({ id }) => id)).toEqual([
      "git-status",
      "echo",
    ]);
    expect(complaints).toEqual([]);
    await context.close();
  },
  LONG,
);

const COMMENTED = `# Ours: ask Vera first.
name: nightly
type: workflow
effect: read
parameters:
  - { name: who, type: string, default: "Ada" }   # whom it greets
definition:
  steps:
    # look before anything else
    - id: look
      command: git-status
    - id: greet   # polite
      command: echo
      args: {message: {from: args.who}}
`;

test(
  "YAML and canvas are one document: comments stay, typing is checked, a version shows what it changed",
  async () => {
    const { parse } = await import("yaml");
    await stack.put("nightly", { ...(parse(COMMENTED) as object), source: COMMENTED });
    const { page, complaints, context } = await stack.open("/workflows/nightly");
    await node(page, "greet").waitFor();
    await expect.poll(() => written(page)).toBe(COMMENTED);
    // From the canvas: only that line.
    await node(page, "greet").click();
    await page.getByRole("button", { name: "Say message as a value instead" }).click();
    await page.getByLabel("message", { exact: true }).fill("Good night");
    await says(page, "message: Good night");
    const edited = await written(page);
    for (const kept of [
      "# Ours: ask Vera first.",
      '"Ada" }   # whom it greets',
      "# look before anything else",
      "- id: greet   # polite",
    ])
      expect(edited).toContain(kept);
    // From the text: a step typed in is on the canvas, a circle typed in is said at its step.
    await yaml(page).focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("    - id: again\n      command: pwd\n      needs: [greet] # last\n");
    await node(page, "again").waitFor();
    await problems(page).getByText("The definition is valid.").waitFor();
    const good = await written(page);
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("    - id: round\n      command: pwd\n      needs: [round]\n");
    await node(page, "round")
      .getByText(/need each other/)
      .waitFor();
    await page.keyboard.press("Control+z");
    await node(page, "round").waitFor({ state: "detached" });
    await expect.poll(() => written(page)).toBe(good);
    // What cannot be read leaves the canvas as it was.
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("   bad: [\n");
    await page.getByText(/The YAML cannot be read at line/).waitFor();
    expect(await node(page, "again").count()).toBe(1);
    await page.keyboard.press("Control+z");
    await page.getByText(/The YAML cannot be read/).waitFor({ state: "detached" });
    // Saved: the difference first, then a version whose text is the very text.
    await page.keyboard.press("Control+s");
    const difference = page.getByRole("region", { name: "Difference to version 1" });
    await difference.getByText("message: Good night").waitFor();
    await page.getByRole("button", { name: "Save as version 2" }).click();
    await page.getByText("version 2", { exact: true }).waitFor();
    const { items } = await stack.get<{ items: { version: number; source: string }[] }>(
      "/api/commands/nightly/versions",
    );
    expect(items[0]).toMatchObject({ version: 2, source: good });
    expect(items[1]).toMatchObject({ version: 1, source: COMMENTED });
    // Left without saving, it is there again.
    await node(page, "look").click();
    await page.keyboard.press("x");
    await node(page, "look").waitFor({ state: "detached" });
    await expect
      .poll(() => page.evaluate('localStorage.getItem("tw.workflow-draft.nightly")'))
      .toContain("again");
    await page.goto(`${stack.workspace.url}/workflows/nightly/versions`);
    await page.getByRole("heading", { name: "Changes from version 1 to version 2" }).waitFor();
    await page.getByRole("link", { name: /Version 1/ }).click();
    await page.getByRole("button", { name: /Go back to version 1/ }).waitFor();
    await page.goto(`${stack.workspace.url}/workflows/nightly`);
    await page.getByText("version 2, changed").waitFor();
    expect(await node(page, "look").count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  },
  LONG,
);

test(
  "axe finds nothing serious; nothing is wider than a phone",
  async () => {
    for (const look of [{ dark: false }, { dark: true, width: 390, height: 844, touch: true }]) {
      const { page, complaints, context } = await stack.open("/workflows", look);
      const check = async (where: string) => {
        expect(await serious(page), where).toEqual([]);
        if (look.width) expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(look.width);
      };
      await page.getByText("workflow-deploy").first().waitFor();
      await check("list");
      await page.goto(`${stack.workspace.url}/workflows/workflow-deploy`);
      await node(page, "git-commit").click();
      await check("canvas");
      if (look.width) {
        await page.getByRole("tab", { name: "git-commit" }).click();
        await page.getByRole("region", { name: "Step git-commit" }).waitFor();
        await check("form");
        await page.getByRole("tab", { name: "YAML" }).click();
        await check("yaml");
      }
      await page.keyboard.press("p");
      await page.getByRole("dialog", { name: "Dry run" }).waitFor();
      await check("dry run");
      await page.goto(`${stack.workspace.url}/workflows/workflow-deploy/versions`);
      await page.getByRole("heading", { name: /the first/ }).waitFor();
      await check("versions");
      expect(complaints).toEqual([]);
      await context.close();
    }
  },
  LONG,
);

test(
  "200 steps move smoothly, and a letter typed into one of them is soon written",
  async () => {
    const steps = Array.from({ length: 200 }, (_, index) => ({
      id: `step-${index}`,
      command: index % 4 === 0 ? "git-status" : "echo",
      ...(index % 4 === 0
        ? {}
        : { args: { message: index < 4 ? "first" : { from: `steps.step-${index - 4}.status` } } }),
      ...(index < 4
        ? { needs: [] }
        : { needs: [`step-${index - 4}`, ...(index % 7 === 0 ? [`step-${index - 3}`] : [])] }),
    }));
    await stack.put("two-hundred", {
      name: "two hundred",
      type: "workflow",
      effect: "read",
      definition: { steps },
    });
    const { page, complaints, context } = await stack.open("/workflows/two-hundred");
    await node(page, "step-0").waitFor();
    await problems(page).getByText("The definition is valid.").waitFor();
    const idle = await idlePicture(page);
    const canvas = await page.getByRole("region", { name: "Canvas" }).boundingBox();
    if (!canvas) throw new Error("no canvas");
    await page.evaluate(`window.pictures = []; (function next(last) {
    requestAnimationFrame((now) => { if (last) window.pictures.push(now - last); next(now); });
  })();`);
    // Moved by hand, from top to bottom, in small steps.
    for (let round = 0; round < 4; round += 1) {
      await page.mouse.move(canvas.x + canvas.width - 30, canvas.y + canvas.height - 60);
      await page.mouse.down();
      await page.mouse.move(canvas.x + canvas.width - 60, canvas.y + 30, { steps: 30 });
      await page.mouse.up();
    }
    const pictures = ((await page.evaluate("window.pictures")) as number[]).sort((a, b) => a - b);
    const middle = pictures[Math.floor(pictures.length / 2)] ?? Number.POSITIVE_INFINITY;
    process.stdout.write(
      `200 steps: ${pictures.length} pictures, middle ${middle.toFixed(1)} ms (${(1000 / middle).toFixed(0)} a second), at rest ${idle.toFixed(1)} ms\n`,
    );
    // Chosen by keyboard it comes into sight.
    await page.keyboard.press("w");
    await page.getByRole("region", { name: "Settings of the workflow" }).waitFor();
    await page.keyboard.press("j");
    await page.getByRole("region", { name: "Step step-0" }).waitFor();
    await page.getByLabel("Name of the step").fill("first-of-all");
    await page.getByRole("region", { name: "Step first-of-all" }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  },
  LONG,
);
