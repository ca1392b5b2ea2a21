/** The pictures of the pages beside runs and workflows. `node scripts/shots-places.ts [part of a name…]` takes only these. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { makePlaces, type Places, settled } from "../test/places.ts";
import { startStack } from "../test/stack.ts";

const FOLDER = join(import.meta.dirname, "../shots");

interface Shot {
  name: string;
  path(made: Places): string;
  act?: (page: Page) => Promise<void>;
}
const press = (name: string) => (page: Page) =>
  page.getByRole("button", { name, exact: true }).first().click();

const SHOTS: Shot[] = [
  { name: "approvals", path: () => "/approvals" },
  { name: "approval", path: ({ waiting }) => `/approvals/${waiting}` },
  { name: "approval-two", path: ({ two }) => `/approvals/${two}?show=waiting` },
  { name: "approval-decided", path: ({ decided }) => `/approvals/${decided}?show=decided` },
  { name: "policies", path: () => "/approvals/policies" },
  { name: "policy-form", path: () => "/approvals/policies", act: press("Change echo-twice") },
  { name: "stand-ins", path: () => "/approvals/stand-ins" },
  { name: "library", path: () => "/library" },
  { name: "library-search", path: () => "/library?q=what+changed" },
  { name: "command", path: () => "/library/git-commit" },
  { name: "command-own", path: () => "/library/say-hello", act: press("What changed") },
  { name: "command-edit", path: () => "/library/say-hello/edit" },
  { name: "command-new", path: () => "/library/new" },
  {
    name: "import",
    path: () => "/library/import",
    act: async (page) => {
      await page.getByText("or paste the text of one").click();
      await page
        .getByLabel("Its text")
        .fill(
          '{"name":"shop","scripts":{"build":"vite build","test":"vitest run","deploy":"wrangler deploy && echo done"}}',
        );
      await page.getByRole("button", { name: "Show what it would become" }).click();
      await page.getByRole("list", { name: "Commands found" }).waitFor();
    },
  },
  { name: "agents", path: () => "/agents" },
  { name: "agent", path: ({ agent }) => `/agents/${agent}` },
  { name: "agent-add", path: () => "/agents", act: press("Add an agent") },
  { name: "services", path: () => "/services" },
  { name: "schedules", path: () => "/schedules" },
  { name: "schedule", path: ({ schedule }) => `/schedules/${schedule}` },
  { name: "schedule-form", path: ({ schedule }) => `/schedules/${schedule}`, act: press("Change") },
  { name: "webhooks", path: () => "/schedules/webhooks" },
  { name: "webhook", path: ({ hook }) => `/schedules/webhooks/${hook}` },
  { name: "secrets", path: () => "/secrets" },
  { name: "people", path: () => "/people" },
  { name: "groups", path: () => "/people/groups" },
  { name: "permissions", path: () => "/people/permissions" },
  { name: "tokens", path: () => "/people/tokens" },
  { name: "token-form", path: () => "/people/tokens", act: press("Make a token") },
  { name: "audit", path: () => "/audit", act: press("Verify the chain") },
  { name: "infrastructure", path: () => "/infrastructure" },
  { name: "clients", path: () => "/platform" },
  { name: "deployments", path: () => "/platform/deployments" },
  { name: "knowledge", path: () => "/platform/knowledge" },
  { name: "article", path: ({ article }) => `/platform/knowledge/${article}` },
  { name: "costs", path: () => "/platform/costs" },
  { name: "employees", path: () => "/platform/employees" },
  { name: "files", path: () => "/platform/files" },
  { name: "query", path: () => "/platform/query", act: press("Run the query") },
  { name: "settings", path: () => "/settings" },
];

const wanted = process.argv.slice(2);
const stack = await startStack();
try {
  mkdirSync(FOLDER, { recursive: true });
  const made = await makePlaces(stack);
  const shots = SHOTS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
  for (const dark of [false, true])
    for (const phone of [false, true]) {
      const size = phone ? { width: 390, height: 844 } : { width: 1440, height: 900 };
      const { page, context, complaints } = await stack.open("/", { ...size, dark, touch: phone });
      for (const { name, path, act } of shots) {
        const file = `${name}-${phone ? "phone" : "desk"}-${dark ? "dark" : "light"}.png`;
        try {
          await page.goto(stack.workspace.url + path(made));
          await page.locator("h1").first().waitFor();
          await settled(page);
          await act?.(page);
          await page.waitForTimeout(500);
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
