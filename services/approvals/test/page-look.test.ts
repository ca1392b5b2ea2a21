/** The page in a real browser: without JavaScript, by keyboard, on a phone, for a screen reader, and where signing in is asked for. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serious } from "../../../console/test/axe.ts";
import { startBrowser } from "../../../console/test/browser.ts";
import { type Asked, type Gate, linkIn, nonceIn, openGate } from "./gate.ts";
import { type Inbox, openInbox, until } from "./inbox.ts";

/** Set it to keep the pictures. */
const SHOTS = process.env.APPROVAL_SHOTS;
const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

let inbox: Inbox;
let gate: Gate;
let browser: Browser;
beforeAll(async () => {
  inbox = await openInbox();
  gate = await openGate({ smtp: inbox.url });
  browser = await startBrowser();
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
});
afterAll(async () => {
  await browser?.close();
  await gate?.stop();
  await inbox?.close();
});

async function asked(
  policy: Parameters<Gate["ask"]>[0] = {},
  more: Parameters<Gate["ask"]>[1] = {},
): Promise<Asked & { link: string }> {
  const seen = inbox.raw.length;
  const one = await gate.ask(policy, more);
  const mail = await until("the mail", async () =>
    (await inbox.mails()).slice(seen).find((m) => m.to?.[0]?.address === "owner@example.com"),
  );
  return { ...one, link: linkIn(mail.text) };
}
/** Nothing serious for axe, nothing wider than the screen, and a picture if pictures are wanted. */
async function fine(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  expect(await serious(page), name).toEqual([]);
  expect(
    await page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
    `${name} scrolls sideways`,
  ).toBe(true);
}
async function open(link: string, size: keyof typeof SIZES, dark = false): Promise<Page> {
  const context = await browser.newContext({
    viewport: SIZES[size],
    colorScheme: dark ? "dark" : "light",
    isMobile: size === "phone",
    hasTouch: size === "phone",
  });
  const page = await context.newPage();
  await page.goto(link);
  return page;
}
const statusOf = async (id: string) =>
  (await gate.rows<{ status: string }>("SELECT status FROM command_checkpoints WHERE id = ?", id))[0]?.status;

/** What an approver of a real run sees: results, logs, undo lines, a difference, a form. */
async function rich(one: Asked): Promise<void> {
  const line = "wrangler deploy --env production --message 'Fix the login of the shop'";
  const context = {
    command: "wrangler-deploy",
    effect: "destructive",
    version: 4,
    cwd: "shop",
    agent: "agt_laptop",
    argv: [line],
    next: ["verify-deployment https://shop.example.com"],
    pinned: { head: "3f9c1ab".padEnd(40, "0"), agent: "agt_laptop", cwd: "shop" },
    difference: [{ what: "step deploy", before: "wrangler deploy --env staging", after: line }],
    results: [
      { step: "push", status: "succeeded", exit_code: 0, outputs: { commit: "3f9c1ab", branch: "main" } },
      { step: "lint", status: "skipped", exit_code: null, outputs: null },
    ],
    rollback: [
      {
        step: "push",
        command: "git-undo-push",
        line: "git push --force-with-lease origin 2a4bf66:refs/heads/main",
      },
    ],
    requested_by: { id: "tok_ci", name: "ci", type: "service" },
  };
  await gate.rows(
    "UPDATE command_checkpoints SET context_json = ? WHERE id = ?",
    JSON.stringify(context),
    one.checkpoint,
  );
  await gate.rows(
    "INSERT INTO log_chunks (run_id, step_id, attempt, start, bytes, tenant_id, at, text) VALUES (?, 'push', 1, 0, 60, ?, 1, ?)",
    one.run,
    gate.tenant,
    "Enumerating objects: 5, done.\nTo example.com:shop.git\n   2a4bf66..3f9c1ab  main -> main\n",
  );
}
const FORM = [
  {
    name: "window",
    label: "Maintenance window",
    type: "enum" as const,
    options: ["now", "tonight"],
    required: true,
  },
  { name: "ticket", label: "Ticket", type: "string" as const, required: false, default: "SHOP-1" },
];

describe("the question", () => {
  test.each([
    ["desktop", false],
    ["phone", false],
    ["desktop", true],
  ] as const)("on a %s (dark: %s) shows everything and has no serious violation", async (size, dark) => {
    await gate.person("Sam", "approver", ["security"]).catch(() => {});
    const one = await asked(
      { quorum: 2, minimums: [{ group: "security", min: 1 }], form: FORM, requester_may_vote: false },
      { note: "Release 2.4" },
    );
    await rich(one);
    const page = await open(one.link, size, dark);
    const text = await page.locator("main").innerText();
    for (const words of [
      "Changed since people were asked before",
      "--env production",
      "version 4",
      "3f9c1ab",
      "agt_laptop",
      "--force-with-lease",
      "Maintenance window",
      "Still needed: 1 of security",
      "Release 2.4",
    ])
      expect(text).toContain(words);
    await page.locator("details.log summary").click();
    expect(await page.locator("details.log pre").innerText()).toContain("main -> main");
    await fine(page, `question-${size}${dark ? "-dark" : ""}`);
    expect(await page.locator("#f-ticket").inputValue()).toBe("SHOP-1");
    await page.context().close();
  });

  test("without JavaScript and by keyboard alone: a wrong form is shown again with what was typed, then it is decided", async () => {
    const one = await asked({ form: FORM });
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: SIZES.phone });
    const page = await context.newPage();
    await page.goto(one.link);
    await page.locator("#f-ticket").fill("SHOP-2");
    await page.keyboard.press("Enter");
    expect(await statusOf(one.checkpoint)).toBe("pending");
    const refused = await fetch(one.link, {
      method: "POST",
      body: new URLSearchParams({
        decision: "approve",
        nonce: nonceIn(await (await fetch(one.link)).text()),
        ticket: "SHOP-2",
      }),
    });
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("SHOP-2")]);
    await page.locator("#f-window").focus();
    await page.keyboard.press("ArrowDown");
    await page.locator("#comment").focus();
    await page.keyboard.type("Looks right");
    // In the order of the console: to reject stands first.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.value").catch(() => "approve")).toBe("approve");
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    expect(await page.locator("h1").innerText()).toBe("You approved it");
    expect(await statusOf(one.checkpoint)).toBe("approved");
    await context.close();
  });
});

describe("the outcome", () => {
  test("a form error, decided and expired, on both sizes", async () => {
    const one = await asked({ form: FORM });
    for (const size of ["desktop", "phone"] as const) {
      const page = await open(one.link, size);
      await page.evaluate("document.querySelector('form').noValidate = true");
      await page.locator("button.approve").click();
      await page.waitForSelector("[role=alert]");
      await fine(page, `form-error-${size}`);
      await page.context().close();
    }
    const [desktop, phone] = [await open(one.link, "desktop"), await open(one.link, "phone")];
    await desktop.locator("button.reject").click();
    await desktop.waitForSelector(".outcome");
    await fine(desktop, "decided-desktop");
    await phone.reload();
    expect(await phone.locator("main").innerText()).toMatch(/rejected it/);
    await fine(phone, "decided-phone");
    const late = await asked();
    await gate.rows(
      "UPDATE command_checkpoints SET expires_at = ? WHERE id = ?",
      Date.now() - 1000,
      late.checkpoint,
    );
    for (const size of ["desktop", "phone"] as const) {
      const page = await open(late.link, size);
      expect(await page.locator("h1").innerText()).toBe("Too late to decide");
      await fine(page, `expired-${size}`);
      await page.context().close();
    }
    await desktop.context().close();
    await phone.context().close();
  });
});

test("something destructive in a protected environment: the link alone shows, a session of its person decides", async () => {
  const one = await asked({ sign_in: true });
  const page = await open(one.link, "phone");
  expect(await page.locator("form").count()).toBe(0);
  await fine(page, "sign-in-phone");
  expect(await page.locator("a.signin").getAttribute("href")).toBe(
    `/sign-in?return_to=${encodeURIComponent(`/approvals/${one.checkpoint}`)}`,
  );
  const forged = await fetch(one.link, {
    method: "POST",
    body: new URLSearchParams({ decision: "approve", nonce: "x" }),
  });
  expect([403, 409]).toContain(forged.status);
  expect(await statusOf(one.checkpoint)).toBe("pending");
  // The launcher's own link signs the owner in; the same browser then decides.
  await page.goto(await gate.consoleUrl());
  const button = page.locator("form button").first();
  if ((await button.count()) > 0) await button.click();
  await until("a session", async () =>
    (await page.context().cookies()).some(({ name }) => name.endsWith("tw_session")),
  );
  await page.goto(one.link);
  await page.locator("button.approve").click();
  await page.waitForSelector(".outcome");
  expect(await statusOf(one.checkpoint)).toBe("approved");
  await page.context().close();
});
