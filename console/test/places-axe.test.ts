/** The pages beside runs and workflows in each look: axe, focus and motion. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serious } from "./axe.ts";
import { makePlaces, type Places, settled } from "./places.ts";
import { type Stack, startStack } from "./stack.ts";

let stack: Stack;
let made: Places;
beforeAll(async () => {
  stack = await startStack();
  made = await makePlaces(stack);
});
afterAll(() => stack?.stop());

const LOOKS = [
  ["light and wide", { dark: false, width: 1440, height: 900 }],
  ["dark and narrow", { dark: true, width: 390, height: 844, touch: true }],
  ["dark and wide", { dark: true, width: 1440, height: 900 }],
  ["light and narrow", { dark: false, width: 390, height: 844, touch: true }],
] as const;
/** Two have every colour and every width between them; TW_ALL_LOOKS=1 crosses them. */
test.each(process.env.TW_ALL_LOOKS ? LOOKS : LOOKS.slice(0, 2))(
  "%s: axe finds nothing serious on any page; focus is seen; nothing moves where motion is unwanted",
  async (_, look) => {
    const { page: shown, complaints, context } = await stack.open("/approvals", look);
    await shown.emulateMedia({ reducedMotion: "reduce" });
    const found: string[] = [];
    for (const path of [...PATHS, `/approvals/${made.waiting}`, `/agents/${made.agent}`].concat(
      `/schedules/${made.schedule}`,
      `/schedules/webhooks/${made.hook}`,
      `/platform/knowledge/${made.article}`,
    )) {
      await follow(shown, path);
      await settled(shown);
      for (const violation of await serious(shown)) found.push(`${path}: ${violation}`);
      const width = (await shown.evaluate("document.documentElement.scrollWidth")) as number;
      if (width > look.width) found.push(`${path} is ${width} px wide`);
    }
    expect(found).toEqual([]);
    await follow(shown, "/secrets");
    await shown.getByRole("button", { name: "Set a secret" }).focus();
    await shown.keyboard.press("Enter");
    // The dialog takes the focus, and gives it back to what opened it.
    await shown.getByRole("dialog").getByLabel("Name").waitFor();
    expect(await shown.evaluate("document.activeElement.closest('dialog') !== null")).toBe(true);
    await shown.keyboard.press("Tab");
    expect(await shown.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
    await shown.keyboard.press("Escape");
    await shown.getByRole("dialog").waitFor({ state: "detached" });
    expect(await shown.evaluate("document.activeElement.textContent")).toContain("Set a secret");
    const moving = "document.getAnimations().filter(({ playState }) => playState === 'running').length";
    expect(await shown.evaluate(moving)).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  },
  240_000,
);

const PATHS = [
  "/library",
  "/approvals",
  "/approvals/policies",
  "/approvals/stand-ins",
  "/library/git-commit",
  "/library/release-notes/edit",
  "/library/import",
  "/agents",
  "/services",
  "/schedules",
  "/schedules/webhooks",
  "/secrets",
  "/people",
  "/people/groups",
  "/people/permissions",
  "/people/tokens",
  "/audit",
  "/infrastructure",
  "/platform",
  "/platform/deployments",
  "/platform/knowledge",
  "/platform/costs",
  "/platform/employees",
  "/platform/files",
  "/platform/query",
  "/settings",
];

/** Goes to another page as a link does, and waits until the one before is gone. */
async function follow(shown: Page, path: string): Promise<void> {
  await shown.locator("h1").first().waitFor({ state: "attached" });
  await shown.evaluate(`
    document.querySelector("#page").firstElementChild.setAttribute("data-before", "");
    history.pushState(null, "", ${JSON.stringify(path)});
    dispatchEvent(new PopStateEvent("popstate"));
  `);
  await shown.locator("[data-before]").waitFor({ state: "detached" });
  await shown.locator("h1").first().waitFor({ state: "attached" });
}
