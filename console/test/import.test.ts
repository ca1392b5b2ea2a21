/** The import page: what a file would become, shown before it is taken; what is there already stays until one says so. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
let page: Page;
let complaints: string[];
beforeAll(async () => {
  stack = await startStack({ agent: false });
  ({ page, complaints } = await stack.open("/library/import"));
});
afterAll(() => stack?.stop());

const button = (name: string) => page.getByRole("button", { name, exact: true });
/** A package.json with these scripts, pasted; the list of what it would become. */
async function preview(scripts: { [name: string]: string }): Promise<Locator> {
  await page.goto(`${stack.workspace.url}/library/import`);
  await page.getByText("or paste the text of one").click();
  await page.getByLabel("Its text").fill(JSON.stringify({ name: "shop", scripts }));
  await button("Show what it would become").click();
  return page.getByRole("list", { name: "Commands found" });
}

test("a preview first, then the commands", async () => {
  const found = await preview({ "lint:css": "stylelint src" });
  await found.getByText("new", { exact: true }).waitFor();
  const slug = (await found.locator("code").first().textContent()) ?? "";
  await button("Import 1 command").click();
  await found.getByText("unchanged", { exact: true }).waitFor();
  expect(await stack.get(`/api/commands/${slug}`)).toMatchObject({ slug, is_public: false });
});

test("what is there already is left out until one says to take it", async () => {
  await stack.put("npm-audit-css", {
    name: "somebody else's",
    effect: "read",
    type: "builtin",
    definition: { program: "true", argv: [] },
  });
  const found = await preview({ "audit:css": "stylelint src" });
  await found.getByText("already there", { exact: true }).waitFor();
  expect(await found.getByLabel("Leave it out").isChecked()).toBe(true);
  await button("Nothing to import").waitFor();
  await found.getByLabel("Take mine").check();
  await button("Import 1 command").click();
  await found.getByText("unchanged", { exact: true }).waitFor();
  expect(complaints).toEqual([]);
});
