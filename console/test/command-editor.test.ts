/** A command's definition as YAML: what is wrong stands at its line, and the keyboard does all of it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { serious } from "./axe.ts";
import { writeAnew } from "./editor.ts";
import { settled } from "./places.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ agent: false });
});
afterAll(() => stack?.stop());

/** Whether any script that was loaded has the editor in it. */
const EDITOR_LOADED = `Promise.all(
  performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"))
    .map(async ({ name }) => (await (await fetch(name)).text()).includes("cm-scroller")),
).then((each) => each.includes(true))`;
/** The accessible name of what has the focus, within the editor too. */
const FOCUSED =
  "(document.activeElement.shadowRoot?.activeElement ?? document.activeElement).getAttribute('aria-label')";

test("what is wrong is marked at its line and undone by keyboard; Tab leaves the editor; no other page loads it", async () => {
  const { page, complaints, context } = await stack.open("/library");
  const save = page.getByRole("button", { name: /Save the command/ });
  const text = page.getByRole("textbox", { name: "Definition" });
  const marked = page.locator(".cm-lintRange-error");
  const focus = () => page.evaluate(FOCUSED);
  await settled(page);
  expect(await page.evaluate(EDITOR_LOADED)).toBe(false);
  await page.goto(`${stack.workspace.url}/library/new`);
  await text.waitFor();
  expect(await page.evaluate(EDITOR_LOADED)).toBe(true);
  // The sample is nobody's command: it waits until it was changed, and says so.
  expect(await save.isDisabled()).toBe(true);
  await page.getByText("This is a sample: change it, then it can be saved.").waitFor();
  await page.keyboard.press("Control+s");
  expect(new URL(page.url()).pathname).toBe("/library/new");
  // What the server refuses stands at the value it is about.
  await writeAnew(
    text,
    "name: wrong\ntype: builtin\neffect: rude\ndefinition: { program: echo, argv: [] }\n",
  );
  // Saved is what the page has read of the editor, which it says below the name.
  await page.getByText("leave this empty, it is wrong").waitFor();
  await page.keyboard.press("Control+s");
  await marked.getByText("rude").waitFor();
  await page.getByRole("alert").getByRole("button", { name: "Line 3" }).click();
  await expect.poll(focus).toBe("Definition");
  await page.keyboard.type("# ");
  await text.getByText("effect: # rude").waitFor();
  await page.keyboard.press("Control+z");
  await text.getByText("effect: rude").waitFor();
  expect(await serious(page)).toEqual([]);
  // And what is no YAML at the line where that begins; saving leads there.
  await writeAnew(text, "name: once\ntype: builtin\nname: twice\n");
  await page.getByRole("alert").getByRole("button", { name: "Line 3" }).waitFor();
  await marked.first().waitFor();
  expect(await save.isDisabled()).toBe(true);
  await page.keyboard.press("Tab");
  await expect.poll(focus).not.toBe("Definition");
  await page.keyboard.press("Control+s");
  await expect.poll(focus).toBe("Definition");
  await writeAnew(
    text,
    "name: right\ntype: builtin\neffect: read\ndefinition: { program: echo, argv: [] }\n",
  );
  await page.getByText("leave this empty, it is right").waitFor();
  await page.keyboard.press("Control+s");
  await page.waitForURL("**/library/right");
  expect(complaints).toEqual([]);
  await context.close();
});
