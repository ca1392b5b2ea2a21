/**
 * Pictures of every page with the data of a team, to be looked at: 1440×900 and 390×844, light and dark. They go to console/shots.
 * `node scripts/shots.ts [part of a name…] [--only desk-light,phone-dark]` takes only these.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { settled } from "../test/places.ts";
import { type Stack, startStack } from "../test/stack.ts";
import { makeTeam, type Team } from "../test/team.ts";

const FOLDER = join(import.meta.dirname, "../shots");

interface Shot {
  name: string;
  path(stack: Stack, made: Team): string;
  /** What is done on the page before the picture. */
  act?: (page: Page) => Promise<void>;
}
/** One line for each page; a new page adds its own. */
const SHOTS: Shot[] = [
  { name: "home", path: () => "/" },
  { name: "runs", path: () => "/runs" },
  { name: "runs-of-command", path: () => "/runs?command=git-status" },
  { name: "runs-none", path: () => "/runs?text=nothing-is-called-this" },
  { name: "compare", path: (_, made) => `/runs?compare=${made.deployed},${made.rejected}` },
  { name: "run-waiting", path: (_, made) => `/runs/${made.waiting}` },
  { name: "run-rejected", path: (_, made) => `/runs/${made.rejected}` },
  { name: "run-failed", path: (_, made) => `/runs/${made.failed}` },
  { name: "run-lanes", path: (_, made) => `/runs/${made.lanes}` },
  { name: "run-log", path: (_, made) => `/runs/${made.log}` },
  { name: "run-plan", path: (_, made) => `/runs/${made.rejected}?step=git-push&tab=plan` },
  { name: "run-missing", path: () => "/runs/run_00000000000000000000000" },
  { name: "palette", path: () => "/", act: (page) => page.keyboard.press("Control+k") },
  {
    name: "palette-words",
    path: () => "/",
    act: async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("git commit and push");
      await page.getByRole("option").first().waitFor();
      await page.waitForTimeout(800);
    },
  },
  {
    name: "palette-plan",
    path: () => "/",
    act: async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("workflow deploy");
      await page
        .getByRole("option", { name: /workflow deploy/ })
        .first()
        .waitFor();
      await page.keyboard.press("Enter");
      await page
        .getByText(/Stops here and asks/)
        .first()
        .waitFor();
    },
  },
  { name: "inbox", path: () => "/approvals" },
  { name: "inbox-question", path: (_, made) => `/approvals/${made.question}` },
  { name: "inbox-decided", path: (_, made) => `/approvals/${made.decided}?show=decided` },
  { name: "keys", path: () => "/runs", act: (page) => page.keyboard.press("?") },
  { name: "workflows", path: () => "/workflows" },
  { name: "workflow-new", path: () => "/workflows/new" },
  {
    name: "workflow",
    path: () => "/workflows/workflow-deploy",
    act: async (page) => {
      await page.locator(".react-flow__node").nth(3).click();
    },
  },
  {
    name: "workflow-dry-run",
    path: () => "/workflows/workflow-deploy",
    act: async (page) => {
      await page.locator(".react-flow__node").first().waitFor();
      await page.keyboard.press("p");
      await page
        .getByText(/Stops here and asks/)
        .first()
        .waitFor();
    },
  },
  { name: "workflow-versions", path: () => "/workflows/verify-all/versions" },
  { name: "not-found", path: () => "/no/such/page" },
  // The last two: nobody is signed in from here on.
  {
    name: "signed-out",
    path: () => "/runs",
    act: async (page) => {
      await page.context().clearCookies();
      await page.reload();
      await page.getByRole("heading", { name: "You are signed out" }).waitFor();
    },
  },
  { name: "sign-in", path: () => "/sign-in" },
];

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", default: "desk-light,phone-light,desk-dark,phone-dark" } },
});
const shots = SHOTS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
const stack = await startStack();
try {
  mkdirSync(FOLDER, { recursive: true });
  const made = await makeTeam(stack);
  for (const look of values.only.split(",")) {
    const [phone, dark] = [look.startsWith("phone"), look.endsWith("dark")];
    const size = phone ? { width: 390, height: 844 } : { width: 1440, height: 900 };
    const { page, context, complaints } = await stack.open("/", { ...size, dark, touch: phone });
    for (const { name, path, act } of shots) {
      const file = `${name}-${look}.png`;
      try {
        await page.goto(stack.workspace.url + path(stack, made));
        await page.locator("main").getByText(/\S/).first().waitFor({ state: "attached" });
        await settled(page);
        await act?.(page);
        await settled(page);
        await page.waitForTimeout(700);
      } catch (error) {
        complaints.push(`${file}: ${String(error).slice(0, 300)}`);
      }
      const wide = (await page.evaluate("document.documentElement.scrollWidth")) as number;
      if (wide > size.width) complaints.push(`${name} is ${wide} px wide on ${size.width}`);
      await page.screenshot({ path: join(FOLDER, file) });
      process.stdout.write(`${file}\n`);
    }
    if (complaints.length > 0) {
      process.stderr.write(`${complaints.join("\n")}\n`);
      process.exitCode = 1;
    }
    await context.close();
  }
} finally {
  await stack.stop();
}
