/** The pages beside runs and workflows: one way through each group, and hostile content. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { focused, type Visit } from "./browser.ts";
import { writeAnew } from "./editor.ts";
import { makePlaces, openAs, type Places, send } from "./places.ts";
import { type Stack, startStack, until } from "./stack.ts";

let stack: Stack;
let made: Places;
let visit: Visit;
let page: Page;
beforeAll(async () => {
  stack = await startStack();
  made = await makePlaces(stack);
  visit = await stack.open("/library");
  page = visit.page;
});
afterAll(() => stack?.stop());

const go = (path: string) => page.goto(stack.workspace.url + path);
const button = (name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
const dialog = (name: string | RegExp) => page.getByRole("dialog", { name });

test("library: found by words, opened by keyboard, changed as YAML, its difference read, taken out of use", async () => {
  await page.getByRole("list", { name: "Commands" }).getByRole("link").first().waitFor();
  await page.keyboard.press("/");
  await focused(page.getByLabel("Search in the library"));
  await page.keyboard.type("say hello");
  await page.waitForURL(/q=say(\+|%20)hello/);
  // What was listed before stays until the answer is there.
  const { items } = await stack.get<{ items: { slug: string }[] }>("/api/commands?status=active&q=say+hello");
  const found = page.getByRole("list", { name: "Commands" }).getByRole("link");
  // In one look: a link that is counted and then gone would be waited for.
  const first = () =>
    found.evaluateAll((links) => links.slice(0, 5).map((link) => link.getAttribute("href")));
  await expect.poll(first).toEqual(items.slice(0, 5).map(({ slug }) => `/library/${slug}`));
  await page.getByRole("link", { name: /^say hello own/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "say hello" }).waitFor();
  await page.getByText("echo hello <who>").waitFor();
  await page.keyboard.press("e");
  const text = page.getByRole("textbox", { name: "Definition" });
  const written = async () => (await text.locator(".cm-line").allInnerTexts()).join("\n");
  await text.getByText("Says hello to somebody").waitFor();
  const before = await written();
  await writeAnew(text, before.replace("Says hello to somebody", "Greets somebody"));
  await page
    .getByRole("region", { name: "What changes", exact: true })
    .last()
    .getByText("Greets somebody")
    .waitFor();
  await page.keyboard.press("Control+s");
  await page.getByRole("region", { name: "Versions" }).getByText("v3").waitFor();
  await button("What changed").first().click();
  await page
    .getByRole("region", { name: "Changes of version 3" })
    .getByText("Says hello to somebody")
    .waitFor();
  await button("Deprecate…").click();
  await dialog("Deprecate say hello?").getByRole("button", { name: "Deprecate say hello" }).click();
  await page.getByText("deprecated", { exact: true }).waitFor();
});

test("agents: added with a token shown once, looked at, revoked", async () => {
  await go("/agents");
  await button("Add an agent").click();
  await dialog("Add an agent").getByLabel("Name").fill("build machine");
  await dialog("Add an agent").getByLabel("Labels").fill("linux, gpu");
  await dialog("Add an agent").getByRole("button", { name: "Add the agent" }).click();
  const once = dialog("build machine was added");
  const token = (await once.getByRole("region", { name: "the token" }).locator("pre").textContent()) ?? "";
  expect(token).toMatch(/^tw_/);
  await once.getByText("tw agent start").waitFor();
  await once.getByRole("button", { name: "I have stored it" }).click();
  expect(await page.content()).not.toContain(token);
  await page.getByRole("link", { name: /build machine/ }).click();
  await page.getByText("gpu").waitFor();
  await button("Revoke…").click();
  await button("Revoke build machine").click();
  await page.waitForURL("**/agents");
  await page.getByRole("link", { name: /build machine/ }).waitFor({ state: "detached" });
  await go(`/agents/${made.agent}`);
  await page.getByText("wrangler.jsonc").waitFor();
});

test("secrets are set and never shown; people, groups, permissions and tokens are managed", async () => {
  await go("/secrets");
  await button("Set a secret").click();
  await page.getByLabel("Name").fill("API_KEY");
  await dialog("Set a secret").getByLabel("Value").fill("a-value-nobody-reads-again");
  await button("Set the secret").click();
  await page.getByRole("row", { name: /API_KEY/ }).waitFor();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await page.content()).not.toContain("a-value-nobody-reads-again");
  await button("Delete API_KEY").click();
  await dialog("Delete API_KEY?").getByRole("button", { name: "Delete API_KEY" }).click();
  await page.getByRole("row", { name: /API_KEY/ }).waitFor({ state: "detached" });
  await go("/people");
  await button("Add a person").click();
  await page.getByLabel("Name").fill("Grace again");
  await page.getByLabel("E-mail address").fill("grace.hopper@example.com");
  await button("Add the person").click();
  await page.getByText("is taken").waitFor();
  await page.getByLabel("E-mail address").fill("second@example.com");
  await button("Add the person").click();
  // No mail can be sent from here: the link is shown once, to be handed over; at once, and whenever it is asked for.
  await dialog("A link for Grace again")
    .getByText(/\/sign-in\/[0-9a-f]{64}/)
    .waitFor();
  await button("I have stored it").click();
  await page.getByRole("row", { name: /Grace again/ }).waitFor();
  await button("Sign-in link for Grace again").click();
  await dialog("A link for Grace again")
    .getByText(/\/sign-in\/[0-9a-f]{64}/)
    .waitFor();
  await button("I have stored it").click();
  await button("Change Grace again").click();
  await page.getByLabel("Role").selectOption("viewer");
  await button("Save the person").click();
  await page.getByRole("row", { name: /Grace again.*viewer/ }).waitFor();
  await button("Remove Grace again").click();
  await dialog(/^Remove Grace again/)
    .getByRole("button", { name: "Remove Grace again" })
    .click();
  await page.getByRole("row", { name: /Grace again/ }).waitFor({ state: "detached" });
  await go("/people/groups");
  await button("Make a group").click();
  await page.getByLabel("Name").fill("night");
  await page.getByLabel("Members").fill("nobody@example.com");
  await button("Make the group").click();
  await page.getByText("nobody is nobody@example.com").waitFor();
  await page.getByLabel("Members").fill("grace.hopper@example.com");
  await button("Make the group").click();
  await page.getByRole("row", { name: /night.*Grace Hopper/ }).waitFor();
  await go("/people/permissions");
  await button(/^Revoke commands:write of Linus/).click();
  await dialog(/^Revoke commands:write/)
    .getByRole("button", { name: "Revoke commands:write" })
    .click();
  await page.getByText("Nobody may do more than their role says.").waitFor();
  await go("/people/tokens");
  await button("Make a token").click();
  // The vote of a program counts nowhere: it is not offered.
  const scopes = page.getByRole("group", { name: "What it may do" });
  await scopes.getByLabel("run commands").waitFor();
  expect(await scopes.getByLabel("decide checkpoints").count()).toBe(0);
  await page.getByLabel("Whose").selectOption("person");
  await scopes.getByLabel("decide checkpoints").waitFor();
  await page.getByLabel("Whose").selectOption("service");
  await page.getByLabel("Name").fill("robot");
  await button("Make the token").click();
  await dialog("The token was made").getByRole("button", { name: "I have stored it" }).click();
  await button("Revoke robot").click();
  await dialog("Revoke robot?").getByRole("button", { name: "Revoke robot" }).click();
  await page.getByRole("row", { name: /robot/ }).waitFor({ state: "detached" });
});

test("policies and stand-ins: written, changed without losing what has no field, deleted, revoked", async () => {
  await go("/approvals/policies");
  await button("Write a policy").click();
  await page.getByLabel("Name").fill("Not A Name");
  await button("Write the policy").click();
  await page
    .getByRole("alert")
    .getByText(/small letters/)
    .waitFor();
  await page.getByLabel("Name").fill("careful");
  await page.getByLabel("More rules").fill('{"sign_in": true, "minimums": [{"group": "release", "min": 1}]}');
  await button("Write the policy").click();
  await page.getByRole("row", { name: /careful.*destructive.*1 of release.*signed in/ }).waitFor();
  await button("Change careful").click();
  await page.getByLabel("How many must approve").fill("3");
  await button("Save the policy").click();
  await page.getByRole("row", { name: /careful.*3 people.*1 of release/ }).waitFor();
  await button("Delete careful").click();
  await dialog(/Delete the policy/)
    .getByRole("button", { name: "Delete careful" })
    .click();
  await page.getByRole("row", { name: /careful/ }).waitFor({ state: "detached" });
  await go("/approvals/stand-ins");
  await button(/^Revoke Grace/).click();
  await button("Revoke the stand-in").click();
  await page.getByText("Nobody stands in for anybody.").waitFor();
});

test("audit is filtered and verified; infrastructure, clients, knowledge, costs and files", async () => {
  await go("/audit");
  await page.getByLabel("What was done").fill("secret.set");
  await page.keyboard.press("Enter");
  await page.waitForURL(/action=secret.set/);
  const entries = page.getByRole("row").filter({ has: page.getByRole("cell") });
  // The list of before is there a moment longer than its address.
  const asWanted = async () => (await entries.allInnerTexts()).map((text) => text.includes("secret.set"));
  await expect.poll(async () => [...new Set(await asWanted())]).toEqual([true]);
  await button("Verify the chain").click();
  await page
    .getByRole("status")
    .getByText(/\d+ entries are in the chain, and none (of them )?was altered/)
    .waitFor();
  await go("/infrastructure");
  await page.getByRole("region", { name: "Checks" }).getByText("Internal messages").waitFor();
  await go("/platform");
  await button("Change Ada Lovelace").click();
  await page.getByLabel("Company").fill("Engines & Daughters");
  await button("Save the client").click();
  await page.getByText("Engines & Daughters").waitFor();
  await go("/platform/knowledge");
  await page.getByLabel("Search in all articles").fill("retried webhook");
  await page.getByRole("link", { name: /answers twice/ }).click();
  await page.getByText("starts nothing.").waitFor();
  await go("/platform/costs");
  await button("Add a cost").click();
  await page.getByLabel("Category").fill("music");
  await page.getByLabel("Amount").fill("12.5");
  await button("Add the cost").click();
  await page.getByRole("row", { name: /music.*12\.50/ }).waitFor();
  await go("/platform/files");
  await page
    .getByLabel("Files to store")
    .setInputFiles({ name: "new.txt", mimeType: "text/plain", buffer: Buffer.from("here") });
  await page.getByRole("row", { name: /new\.txt/ }).waitFor();
  await button("Delete new.txt").click();
  await button("Delete the file").click();
  await page.getByRole("row", { name: /new\.txt/ }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "backups/" }).click();
  await page.getByText("2026-11-22.sql").waitFor();
  expect(visit.complaints).toEqual([]);
});

test("query: typed, run by keyboard, its rows read and saved; what would write is refused with the reason", async () => {
  await go("/platform/query");
  const field = page.getByLabel("One SELECT");
  await field.fill("");
  // As a person types it, into the field that has the focus.
  await page.keyboard.type(
    "SELECT name, company, 12 AS dozen, '=1+1' AS formula FROM clients WHERE name = 'Hedy Lamarr'",
  );
  await page.keyboard.press("Control+Enter");
  const rows = page.getByRole("table", { name: "Result" });
  await rows.getByRole("row", { name: "Hedy Lamarr Frequency & Co 12 =1+1" }).waitFor();
  expect(await rows.getByRole("row").count()).toBe(2);
  await page
    .getByRole("status")
    .getByText(/^1 row, \d+ read in \d+ ms$/)
    .waitFor();
  const sides =
    "Array.from(document.querySelectorAll('[aria-label=Result] th'), (head) => getComputedStyle(head).textAlign)";
  expect(await page.evaluate(sides)).toEqual(["left", "left", "right", "left"]);
  const [file] = await Promise.all([page.waitForEvent("download"), button("Save as CSV").click()]);
  expect(file.suggestedFilename()).toBe("query.csv");
  // What a spreadsheet would take for a formula is text.
  expect(readFileSync(await file.path(), "utf8")).toBe(
    "name,company,dozen,formula\r\nHedy Lamarr,Frequency & Co,12,'=1+1\r\n",
  );
  await field.fill("DELETE FROM clients");
  await field.press("Control+Enter");
  await page
    .getByRole("alert")
    .getByText(/SELECT/)
    .waitFor();
  expect((await stack.get<{ items: unknown[] }>("/api/clients")).items.length).toBeGreaterThan(1);
  await field.fill("SELECT name FROM clients WHERE name = 'nobody'");
  await field.press("Control+Enter");
  await page.getByText("no row is like that").waitFor();
  await page.getByRole("alert").waitFor({ state: "detached" });
  // A table is looked at without typing.
  await page.getByRole("complementary", { name: "Tables" }).getByText("employees").click();
  await button("Look at it").filter({ visible: true }).click();
  await button(/^Run the query/).click();
  await rows.getByRole("row", { name: /Grace Hopper/ }).waitFor();
  expect(visit.complaints).toEqual([]);
});

test("what a viewer may not do is not offered", async () => {
  const rosa = await openAs(stack, made.people.rosa ?? "", "/agents");
  await rosa.page.getByRole("list", { name: "Agents" }).getByRole("link").waitFor();
  expect(await rosa.page.getByRole("button", { name: "Add an agent" }).count()).toBe(0);
  await rosa.page.goto(`${stack.workspace.url}/people`);
  await rosa.page
    .getByRole("alert")
    .getByText(/scope|may/i)
    .first()
    .waitFor();
  expect(rosa.complaints).toEqual([]);
  await rosa.context.close();
});

test("hostile names, arguments and comments are text, and break nothing", async () => {
  const hostile = `<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>\u202Egnp.exe\u001b]8;;http://evil.example\u0007click\u001b[31m`;
  const long = "W".repeat(60_000);
  await stack.put("hostile-one", {
    name: hostile.slice(0, 100),
    description: hostile,
    aliases: [hostile.slice(0, 90)],
    effect: "read",
    type: "builtin",
    parameters: [{ name: "text", type: "string", description: hostile }],
    definition: { program: "echo", argv: [{ param: "text" }] },
  });
  await send(stack, "PUT", "/api/policies/hostile", {
    description: hostile,
    match: { commands: ["hostile-one"] },
    require: { prompt: `${hostile} ${"V".repeat(1_500)}`, requester_may_vote: true },
  });
  const run = await stack.run("hostile-one", { args: { text: long }, note: hostile });
  let checkpoint = "";
  await until("it asks", async () => {
    const { checkpoints } = await stack.get<{ checkpoints: { id: string }[] }>(`/api/runs/${run}`);
    checkpoint = checkpoints[0]?.id ?? "";
    return checkpoint !== "";
  });
  await send(stack, "POST", "/api/clients", {
    name: hostile,
    company: "W".repeat(190),
    notes: "W".repeat(19_000),
  });
  await send(stack, "POST", "/api/agents", { name: hostile.slice(0, 100), labels: [] });
  const look = async (path: string, text: RegExp) => {
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 844 });
      await go(path);
      await page.getByText(text).filter({ visible: true }).first().waitFor();
      expect(await page.evaluate("window.pwned"), path).toBeUndefined();
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(width);
    }
  };
  await look(`/approvals/${checkpoint}`, /<img src=x.*⟨202E⟩/);
  await page.getByLabel("Comment").fill(hostile);
  await button(/^Reject/).click();
  await page.getByRole("region", { name: "What was decided" }).waitFor();
  await look(`/approvals/${checkpoint}?show=decided`, /<img src=x/);
  await look("/library/hostile-one", /<img src=x/);
  await look("/library?only=own", /<img src=x/);
  await look("/approvals/policies", /<img src=x/);
  await look("/platform", /<img src=x/);
  await look("/agents", /<img src=x/);
  await look("/audit", /hostile/);
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(visit.complaints).toEqual([]);
});
