/**
 * The pictures of the pages beside runs and workflows. `node scripts/shots-places.ts [part of a name…] [look…]` takes only these:
 * `services audit phone-dark` are two pages in one look.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { makePlaces, type Places, settled } from "../test/places.ts";
import { makeTeam, type Team } from "../test/places-team.ts";
import { type Stack, startStack } from "../test/stack.ts";
import { nameWorkspace } from "../test/team.ts";

const FOLDER = join(import.meta.dirname, "../shots");

interface Shot {
  name: string;
  path(made: Places): string;
  act?: (page: Page) => Promise<void>;
}
const press = (name: string) => (page: Page) =>
  page.getByRole("button", { name, exact: true }).first().click();

/** Leads on to the page of one of a list. */
const open = (list: string, name: string) => async (page: Page) => {
  await page.goto(new URL(list, page.url()).href);
  await page.getByRole("link", { name }).first().click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await settled(page);
};

/** Where such a team would have it; the address of the stack that is photographed says nothing. */
const ADDRESS = "https://work.harbour-goods.example";
const atItsAddress = (page: Page, url: string) =>
  page.evaluate(`(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode())
      texts.currentNode.nodeValue = texts.currentNode.nodeValue.replaceAll(${JSON.stringify(url)}, ${JSON.stringify(ADDRESS)});
  })()`);

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
      await page.getByLabel("Its text").fill(
        JSON.stringify(
          {
            name: "shop",
            scripts: {
              build: "vite build",
              test: "vitest run",
              "lint:css": "stylelint 'src/**/*.css'",
              deploy: "wrangler deploy && echo done",
              "db:migrate": "wrangler d1 migrations apply shop --remote",
            },
          },
          null,
          2,
        ),
      );
      await page.getByRole("button", { name: "Show what it would become" }).click();
      await page.getByRole("list", { name: "Commands found" }).waitFor();
    },
  },
  { name: "agents", path: () => "/agents" },
  { name: "agent", path: ({ agent }) => `/agents/${agent}` },
  { name: "agent-add", path: () => "/agents", act: press("Add an agent") },
  { name: "agent-draining", path: ({ agent }) => `/agents/${agent}`, act: open("/agents", "build machine") },
  { name: "services", path: () => "/services" },
  { name: "service-form", path: () => "/services", act: press("Change web") },
  {
    name: "gone-services",
    path: () => "/services",
    act: async (page) => {
      await page.context().setOffline(true);
      await page
        .getByText(/not connected/)
        .first()
        .waitFor();
    },
  },
  { name: "schedules", path: () => "/schedules" },
  { name: "schedule", path: ({ schedule }) => `/schedules/${schedule}` },
  { name: "schedule-form", path: ({ schedule }) => `/schedules/${schedule}`, act: press("Change") },
  { name: "schedule-failing", path: () => "/schedules", act: open("/schedules", "nightly backup") },
  { name: "webhooks", path: () => "/schedules/webhooks" },
  { name: "webhook", path: ({ hook }) => `/schedules/webhooks/${hook}` },
  { name: "secrets", path: () => "/secrets" },
  { name: "people", path: () => "/people" },
  { name: "person-form", path: () => "/people", act: press("Add a person") },
  { name: "groups", path: () => "/people/groups" },
  { name: "permissions", path: () => "/people/permissions" },
  { name: "tokens", path: () => "/people/tokens" },
  { name: "token-form", path: () => "/people/tokens", act: press("Make a token") },
  { name: "audit", path: () => "/audit", act: press("Verify the chain") },
  { name: "infrastructure", path: () => "/infrastructure" },
  { name: "audit-of-one", path: () => "/audit?action=deployment.recorded" },
  { name: "clients", path: () => "/platform" },
  { name: "deployments", path: () => "/platform/deployments" },
  { name: "knowledge", path: () => "/platform/knowledge" },
  {
    name: "knowledge-search",
    path: () => "/platform/knowledge",
    act: async (page) => {
      await page.getByLabel("Search in all articles").fill("backup");
      await page.waitForTimeout(600);
      await settled(page);
    },
  },
  { name: "article", path: ({ article }) => `/platform/knowledge/${article}` },
  { name: "costs", path: () => "/platform/costs" },
  { name: "employees", path: () => "/platform/employees" },
  { name: "files", path: () => "/platform/files" },
  { name: "files-folder", path: () => "/platform/files?prefix=backups%2F" },
  { name: "cost-form", path: () => "/platform/costs", act: press("Add a cost") },
  {
    name: "query-refused",
    path: () => "/platform/query",
    act: async (page) => {
      await page.getByLabel("One SELECT").fill("DELETE FROM clients");
      await press("Run the query")(page);
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "query", path: () => "/platform/query", act: press("Run the query") },
  { name: "settings", path: () => "/settings" },
];

/** Taken before anything is there. */
const EMPTY: Shot[] = (
  [
    ["home", "/"],
    ["runs", "/runs"],
    ["approvals", "/approvals"],
    ["services", "/services"],
    ["schedules", "/schedules"],
    ["webhooks", "/schedules/webhooks"],
    ["secrets", "/secrets"],
    ["groups", "/people/groups"],
    ["permissions", "/people/permissions"],
    ["policies", "/approvals/policies"],
    ["stand-ins", "/approvals/stand-ins"],
    ["clients", "/platform"],
    ["deployments", "/platform/deployments"],
    ["knowledge", "/platform/knowledge"],
    ["costs", "/platform/costs"],
    ["employees", "/platform/employees"],
    ["files", "/platform/files"],
    ["infrastructure", "/infrastructure"],
  ] as const
).map(([name, path]) => ({ name: `empty-${name}`, path: () => path }));

const LOOKS = [
  { look: "desk-light", dark: false, width: 1440, height: 900 },
  { look: "phone-light", dark: false, width: 390, height: 844 },
  { look: "desk-dark", dark: true, width: 1440, height: 900 },
  { look: "phone-dark", dark: true, width: 390, height: 844 },
];
const asked = process.argv.slice(2);
const looks = LOOKS.filter(({ look }) => asked.includes(look));
const wanted = asked.filter((word) => !LOOKS.some(({ look }) => look === word));
const chosen = (shots: Shot[]) =>
  shots.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));

/** All of these in each of the looks. */
async function take(stack: Stack, shots: Shot[], made: Places, within: typeof LOOKS): Promise<void> {
  if (shots.length === 0) return;
  for (const { look, ...size } of within.filter((one) => looks.length === 0 || looks.includes(one))) {
    const touch = size.width < 768;
    const { page, context, complaints } = await stack.open("/", { ...size, touch });
    for (const { name, path, act } of shots) {
      const file = `${name}-${look}.png`;
      try {
        await page.goto(stack.workspace.url + path(made));
        // On a phone the list beside a question is hidden, and its heading with it.
        await page.locator("h1:visible").first().waitFor();
        await settled(page);
        await act?.(page);
        await page.waitForTimeout(500);
      } catch (error) {
        complaints.push(`${file}: ${String(error).slice(0, 300)}`);
      }
      const wide = (await page.evaluate("document.documentElement.scrollWidth")) as number;
      if (wide > size.width) complaints.push(`${name} is ${wide} px wide on ${size.width}`);
      await atItsAddress(page, stack.workspace.url);
      await page.screenshot({ path: join(FOLDER, file) });
      await context.setOffline(false);
      process.stdout.write(`${file}\n`);
    }
    if (complaints.length > 0) {
      process.stderr.write(`${complaints.join("\n")}\n`);
      process.exitCode = 1;
    }
    await context.close();
    // The next look is not to find this window among those that are signed in.
    await stack.workspace.db
      .prepare("UPDATE sessions SET revoked_at = ?1 WHERE method = 'console' AND revoked_at IS NULL")
      .bind(Date.now())
      .run();
  }
}

const stack = await startStack();
let team: Team | undefined;
try {
  mkdirSync(FOLDER, { recursive: true });
  await nameWorkspace(stack);
  await take(
    stack,
    chosen(EMPTY),
    {} as Places,
    LOOKS.filter(({ look }) => look === "desk-light" || look === "phone-dark"),
  );
  const shots = chosen(SHOTS);
  if (shots.length > 0) {
    const made = await makePlaces(stack);
    team = await makeTeam(stack, made);
    await take(stack, shots, made, LOOKS);
  }
} finally {
  await team?.stop();
  await stack.stop();
}
