/** Hostile text wherever people and programs can write: names, arguments, prompts, comments, outputs, errors. It stays text, in its place. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkpointOf, openAs, send, settled } from "./places.ts";
import { type Stack, startStack, until } from "./stack.ts";

/** A real browser on a busy machine: what is slow there is no failure. */
const LONG = 240_000;
/** Markup that would run, escapes of a terminal, characters that turn text about or hide. */
const HOSTILE = `<img src=x onerror="window.hit=1"><script>window.hit=2</script>\u001b[31mred\u001b]0;t\u0007\u202Edef\u2066\u200B`;
/** As long as may be, without a place to break at. */
const filled = (length: number) => (HOSTILE + "W".repeat(length)).slice(0, length);
const NAME = filled(100);
const PROMPT = filled(2_000);
const NOTE = filled(1_000);
const COMMENT = filled(2_000);
const ARGUMENT = `${HOSTILE}${"A".repeat(60_000)}`;

let stack: Stack;
let person: string;
beforeAll(async () => {
  stack = await startStack();
  writeFileSync(
    join(stack.root, "hostile.mjs"),
    `import { appendFileSync } from "node:fs";
     const hostile = ${JSON.stringify(HOSTILE)};
     console.log(hostile + "L".repeat(100_000));
     appendFileSync(process.env.TW_OUTPUT, "found=" + hostile + "O".repeat(30_000) + "\\n");`,
  );
  writeFileSync(
    join(stack.root, "broken.mjs"),
    `process.stderr.write(${JSON.stringify(HOSTILE)} + "E".repeat(100_000) + "\\n"); process.exit(1);`,
  );
  const { user } = await send<{ user: { id: string } }>(stack, "POST", "/api/iam/users", {
    email: "mallory@example.com",
    name: NAME,
    role: "owner",
    groups: [],
    invite: false,
  });
  person = user.id;
  for (const slug of ["hostile", "broken"])
    await stack.put(slug, {
      name: slug,
      description: filled(2_000),
      effect: "write",
      type: "builtin",
      parameters: [{ name: "text", type: "string", max: 65_000, description: filled(500) }],
      definition: { program: "node", argv: [`${slug}.mjs`, { param: "text" }] },
    });
  await stack.put("hostile-flow", {
    name: NAME,
    description: filled(2_000),
    aliases: ["worst of all"],
    effect: "write",
    type: "workflow",
    parameters: [{ name: "text", type: "string", max: 65_000, description: filled(500) }],
    definition: {
      rollback_on_error: false,
      steps: [
        { id: "first", command: "hostile", args: { text: { from: "args.text" } } },
        {
          id: "second",
          command: "broken",
          args: { text: { from: "args.text" } },
          checkpoint: { prompt: PROMPT, form: [{ name: "why", label: filled(200), type: "string" }] },
        },
      ],
    },
  });
}, LONG);
afterAll(() => stack?.stop());

/** Nothing of it ran, nothing of it became an element, and nothing is wider than the window. */
async function harmless(page: Page, where: string): Promise<void> {
  await settled(page);
  const found = (await page.evaluate(`({
    hit: window.hit ?? null,
    elements: document.querySelectorAll('img[src="x"], script:not([src])').length,
    wide: document.documentElement.scrollWidth - innerWidth,
    main: (document.querySelector("main")?.scrollWidth ?? 0) - (document.querySelector("main")?.clientWidth ?? 0),
    hidden: /[\\u202a-\\u202e\\u2066-\\u2069\\u001b\\u0007]/.test(document.body.innerText),
  })`)) as { [name: string]: unknown };
  expect({ where, ...found }).toEqual({ where, hit: null, elements: 0, wide: 0, main: 0, hidden: false });
}

/** The button can be seen whole, without scrolling sideways. */
async function inSight(page: Page, name: RegExp): Promise<void> {
  const button = page.getByRole("button", { name }).first();
  await button.waitFor();
  const box = await button.boundingBox();
  const width = page.viewportSize()?.width ?? 0;
  expect(box && box.x >= 0 && box.x + box.width <= width).toBe(true);
}

test.each([
  ["on a desk", {}],
  ["on a phone", { width: 390, height: 844, touch: true }],
] as const)(
  "hostile names, arguments, prompts, comments, outputs and errors are text, %s",
  async (_, look) => {
    const { page, complaints, context } = await openAs(stack, person, "/", look);
    const run = (await page.evaluate(`(async () => {
      const { csrf } = await (await fetch("/api/me")).json();
      const answer = await fetch("/api/commands/hostile-flow/execute", {
        method: "POST",
        headers: { "content-type": "application/json", "X-TW-CSRF": csrf },
        body: JSON.stringify(${JSON.stringify({ args: { text: ARGUMENT }, note: NOTE })}),
      });
      return (await answer.json()).run?.id ?? answer.status;
    })()`)) as string;
    const checkpoint = await checkpointOf(stack, run);
    const go = async (path: string) => {
      await page.goto(stack.workspace.url + path);
      await page.locator("h1").first().waitFor({ state: "attached" });
    };
    await go(`/runs/${run}`);
    await inSight(page, /^Approve/);
    await harmless(page, "a run that waits");
    await go(`/approvals/${checkpoint}`);
    await inSight(page, /^Reject/);
    await page.getByText("All outputs").click();
    await harmless(page, "a question");
    await go("/approvals?show=all");
    await page.getByRole("list").first().waitFor();
    await harmless(page, "the list of questions");
    await go("/");
    await page.getByRole("list", { name: "Waits for me" }).waitFor();
    await harmless(page, "home");

    await page.keyboard.press("Control+k");
    await page.getByRole("option").first().waitFor();
    await harmless(page, "the palette, empty");
    await page.keyboard.type("worst of all");
    await page
      .getByRole("option", { name: /img src=x/ })
      .first()
      .waitFor();
    await harmless(page, "the palette, with what it found");
    await page.keyboard.press("Enter");
    await page.getByLabel("text", { exact: true }).fill(ARGUMENT);
    await page
      .getByText(/Stops here and asks/)
      .first()
      .waitFor();
    await page
      .getByText(/AAAAAAAAAA/)
      .first()
      .waitFor();
    await inSight(page, /^Run /);
    await harmless(page, "the palette, prepared");

    await go("/workflows/hostile-flow");
    await page.locator(".react-flow__node").first().click();
    await harmless(page, "the builder");
    await go("/workflows");
    await page.getByRole("list").first().waitFor();
    await harmless(page, "the workflows");

    await send(stack, "POST", `/api/checkpoints/${checkpoint}/approve`, {
      approved: true,
      comment: COMMENT,
      inputs: { why: HOSTILE },
    });
    await until("it has failed", async () => {
      const { finished_at } = await stack.get<{ finished_at: number | null }>(`/api/runs/${run}`);
      return finished_at !== null;
    });
    for (const tab of ["log", "outputs", "attempts", "plan"])
      for (const step of ["first", "second"]) {
        await go(`/runs/${run}?step=${step}&tab=${tab}`);
        await page.getByRole("tabpanel").waitFor();
        await inSight(page, /^Run again/);
        await harmless(page, `${tab} of ${step}`);
      }
    await go(`/approvals/${checkpoint}?show=all`);
    await page.getByText("What was decided").waitFor();
    await harmless(page, "what was decided");
    await go("/runs");
    await page.getByRole("list", { name: "Runs" }).getByRole("link").first().waitFor();
    await harmless(page, "the history");
    const other = await stack.run("pwd");
    await go(`/runs?compare=${run},${other}`);
    await page.getByRole("row", { name: /Status/ }).waitFor();
    await harmless(page, "two runs compared");
    expect(complaints).toEqual([]);
    await context.close();
  },
  LONG,
);
