/** Approvals in a real browser: the inbox by keyboard, the form, who may not vote, and what others decide meanwhile. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { inSequence } from "./browser.ts";
import { addPerson, checkpointOf, openAs, putRelease, send } from "./places.ts";
import { type Stack, startStack, until } from "./stack.ts";

let stack: Stack;
let grace: string;
let rosa: string;
beforeAll(async () => {
  stack = await startStack({ agent: false });
  await putRelease(stack);
  grace = await addPerson(stack, "Grace Hopper", "approver");
  rosa = await addPerson(stack, "Rosa Parks", "viewer");
});
afterAll(() => stack?.stop());

const release = (version: string, note?: string) =>
  stack.run("release-notes", { args: { version }, ...(note ? { note } : {}) });
const statusOf = async (run: string) => (await stack.get<{ status: string }>(`/api/runs/${run}`)).status;

test("from the inbox to the decision by keyboard alone, with the form and the difference to the last run", async () => {
  const before = await release("1.0.0");
  await send(stack, "POST", `/api/checkpoints/${await checkpointOf(stack, before)}/approve`, {
    approved: true,
    inputs: { audience: "team", announce: false },
  });
  await until("the first is out", async () => (await statusOf(before)) === "succeeded");
  const run = await release("1.1.0", "with the new names");
  const checkpoint = await checkpointOf(stack, run);
  const { page, complaints, context } = await openAs(stack, grace, "/");
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await inSequence(page, "g", "a");
  // Home has a list of the same name: the keys are for the one here.
  await page.getByRole("heading", { name: "Approvals", level: 1 }).waitFor();
  const inbox = page.getByRole("list", { name: "Waits for me" });
  await inbox.getByText("Publish these notes?").waitFor();
  // Where there is room the first is open already, by its own address.
  await page.waitForURL(`**/approvals/${checkpoint}`);
  // The list beside it shows the note too, in its link.
  await page.getByRole("paragraph").filter({ hasText: "with the new names" }).waitFor();
  // No agent has to do with it.
  await page.getByText("in the workspace", { exact: true }).waitFor();
  const difference = page.getByRole("region", { name: "What is different from the last run" });
  await difference.locator("ins", { hasText: /^\+ 1\.1\.0$/ }).waitFor();
  expect(await difference.locator("del").first().textContent()).toContain("1.0.0");
  // A key alone decides nothing.
  const approve = page.getByRole("button", { name: /^Approve/ });
  await page.keyboard.press("a");
  await expect.poll(() => approve.evaluate((button) => button.matches(":focus"))).toBe(true);
  // No field is filled in yet: it leads to the one that is missing, and nobody has voted.
  await page.keyboard.press("Enter");
  const field = page.getByLabel("Who may read them");
  await page.locator(`[id="${await field.getAttribute("id")}-error"]`).waitFor();
  expect(await field.getAttribute("aria-invalid")).toBe("true");
  await expect.poll(() => field.evaluate((one) => one.matches(":focus"))).toBe(true);
  await page.getByText("To approve, fill in “Who may read them”.").waitFor();
  expect((await stack.get<{ votes: unknown[] }>(`/api/checkpoints/${checkpoint}`)).votes).toEqual([]);
  await page.keyboard.type("everybody");
  await page.getByLabel("Ticket").focus();
  await page.keyboard.type("REL-7");
  await page.getByLabel("Comment").focus();
  await page.keyboard.type("Read them twice.");
  await approve.focus();
  await page.keyboard.press("Enter");
  const outcome = page.getByRole("region", { name: "What was decided" });
  await outcome.getByText("Grace Hopper").waitFor();
  await outcome.getByText("REL-7").waitFor();
  // One vote decided it: it is told once, with its comment.
  await outcome.getByText("Read them twice.").waitFor();
  expect(await page.getByRole("heading", { name: "Votes" }).count()).toBe(0);
  await until("the run goes on", async () => (await statusOf(run)) === "succeeded");
  const told = await stack.get<{ steps: { id: string; outputs: unknown }[] }>(`/api/runs/${run}`);
  expect(told.steps.find(({ id }) => id === "publish")?.outputs).toMatchObject({ text: "everybody" });
  await page.getByText("Nothing waits for you.").waitFor();
  // What stands above the question goes on telling how its run goes.
  await page.getByText("succeeded").first().waitFor();
  await page.getByRole("link", { name: "What you decided" }).click();
  const decided = page.getByRole("list", { name: "decided by me" });
  await decided.getByText("Publish these notes?").first().waitFor();
  expect(await decided.getByRole("listitem").count()).toBe(1);
  expect(complaints).toEqual([]);
  await context.close();
});

test("what somebody else decides shows at once; a rejection says what it does", async () => {
  const run = await release("2.0.0");
  const checkpoint = await checkpointOf(stack, run);
  const other = await openAs(stack, grace, `/approvals/${checkpoint}`);
  const { page, complaints, context } = await stack.open(`/approvals/${checkpoint}`);
  await page.getByRole("button", { name: /^Approve/ }).waitFor();
  await other.page.getByLabel("Comment").fill("The second entry is missing.");
  await other.page.getByRole("button", { name: "Reject and end the run" }).click();
  await page.getByText("The second entry is missing.").waitFor();
  await page.getByRole("region", { name: "What was decided" }).getByText("rejected").waitFor();
  expect(await page.getByRole("button", { name: /^Approve/ }).count()).toBe(0);
  await until("the run ends", async () => (await statusOf(run)) === "rejected");
  expect([...complaints, ...other.complaints]).toEqual([]);
  await context.close();
  await other.context.close();
});

test("to cancel a run that waits is told from rejecting it, and does what it says", async () => {
  await stack.put("draft-notes", {
    name: "draft notes",
    effect: "write",
    type: "workflow",
    definition: {
      rollback_on_error: true,
      steps: [
        { id: "draft", command: "collect-notes", args: { text: "a" }, rollback: { command: "noop" } },
        {
          id: "publish",
          command: "publish-notes",
          args: { text: "a" },
          needs: ["draft"],
          checkpoint: { prompt: "Publish the draft?" },
        },
      ],
    },
  });
  const run = await stack.run("draft-notes");
  const { page, complaints, context } = await stack.open(`/runs/${run}`);
  await page.getByText("This is undone, newest first:").waitFor();
  await page.getByText("“Cancel run…” undoes the same, without an answer.").waitFor();
  const colour = (name: string | RegExp) =>
    page
      .getByRole("button", { name })
      .evaluate((one) => one.ownerDocument.defaultView?.getComputedStyle(one).color);
  const [cancel, reject] = [await colour("Cancel run…"), await colour(/^Reject and roll back 1 step/)];
  expect(cancel).not.toBe(reject);
  await page.getByRole("button", { name: "Cancel run…" }).click();
  const dialog = page.getByRole("dialog", { name: "Cancel this run?" });
  await dialog.getByText("“Publish the draft?” is withdrawn without an answer").waitFor();
  await dialog.getByText("draft is undone by noop").waitFor();
  await dialog.getByRole("button", { name: "Leave it waiting" }).click();
  expect(await statusOf(run)).toBe("waiting");
  await page.getByRole("button", { name: "Cancel run…" }).click();
  await dialog.getByLabel("Reason").fill("asked too early");
  await dialog.getByRole("button", { name: "Cancel the run and roll back 1 step" }).click();
  await until("it is cancelled", async () => (await statusOf(run)) === "cancelled");
  const ended = await stack.get<{
    rollback: { undone: string[] };
    checkpoints: { status: string; votes?: unknown[] }[];
  }>(`/api/runs/${run}`);
  expect(ended.rollback.undone).toEqual(["draft"]);
  expect(ended.checkpoints.map(({ status }) => status)).toEqual(["withdrawn"]);
  expect(complaints).toEqual([]);
  await context.close();
});

test("whoever may not vote sees the question without the buttons; the server refuses a vote all the same", async () => {
  const checkpoint = await checkpointOf(stack, await release("3.0.0"));
  const { page, complaints, context } = await openAs(stack, rosa, `/approvals/${checkpoint}`);
  await page.getByText("You cannot decide this: your role is viewer").waitFor();
  expect(await page.getByRole("button", { name: /^(Approve|Reject)/ }).count()).toBe(0);
  await page.keyboard.press("a");
  const answer = (await page.evaluate(`(async () => {
    const { csrf } = await (await fetch("/api/me")).json();
    const headers = { "content-type": "application/json", "X-TW-CSRF": csrf };
    const body = JSON.stringify({ approved: true });
    return (await fetch("/api/checkpoints/${checkpoint}/approve", { method: "POST", headers, body })).status;
  })()`)) as number;
  expect(answer).toBe(403);
  const { votes } = await stack.get<{ votes: unknown[] }>(`/api/checkpoints/${checkpoint}`);
  expect(votes).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

test("whoever asked for the run hears that somebody else has to decide it, and what to do when nobody may", async () => {
  await stack.put("four-eyes", {
    name: "four eyes",
    effect: "write",
    type: "workflow",
    definition: {
      steps: [
        {
          id: "publish",
          command: "publish-notes",
          args: { text: "hello" },
          checkpoint: { prompt: "Publish it?", requester_may_vote: false },
        },
      ],
    },
  });
  const checkpoint = await checkpointOf(stack, await stack.run("four-eyes"));
  const { page, complaints, context } = await stack.open(`/approvals/${checkpoint}`);
  await page
    .getByText("You cannot decide this: you asked for this run yourself; somebody else has to decide it.")
    .waitFor();
  expect(await page.getByRole("button", { name: /^(Approve|Reject)/ }).count()).toBe(0);
  const other = await openAs(stack, grace, `/approvals/${checkpoint}`);
  await other.page.getByRole("button", { name: /^Approve/ }).waitFor();
  await send(stack, "PUT", `/api/iam/users/${grace}`, { role: "viewer" });
  await page.getByText("And nobody else in this workspace may: the run can be cancelled").waitFor();
  await send(stack, "PUT", `/api/iam/users/${grace}`, { role: "approver" });
  await page.getByText("You see here how it goes on.").waitFor();
  expect([...complaints, ...other.complaints]).toEqual([]);
  await context.close();
  await other.context.close();
});

test("whoever voted on what still waits is told so in the list; who agreed to their own question, at the question", async () => {
  await send(stack, "PUT", "/api/policies/noop-by-two", {
    description: "Agreed on by two.",
    match: { commands: ["two-agree"] },
    require: { quorum: 2, requester_may_vote: true },
  });
  await stack.put("two-agree", {
    name: "two agree",
    effect: "write",
    type: "workflow",
    definition: {
      steps: [
        {
          id: "publish",
          command: "publish-notes",
          args: { text: "hello" },
          checkpoint: { prompt: "Do the two of you agree?" },
        },
      ],
    },
  });
  const checkpoint = await checkpointOf(stack, await stack.run("two-agree"));
  await send(stack, "POST", `/api/checkpoints/${checkpoint}/approve`, { approved: true });
  const { page, complaints, context } = await stack.open("/approvals?show=decided");
  const row = page.getByRole("listitem").filter({ hasText: "Do the two of you agree?" });
  await row.getByText("you voted, still waiting for others").waitFor();
  // The inbox's count is not over a list of something else.
  expect(await page.getByRole("navigation", { name: "Approvals" }).innerText()).not.toMatch(/Inbox\s*\d/);
  const other = await openAs(stack, grace, `/approvals/${checkpoint}`);
  await other.page.getByRole("button", { name: /^Approve/ }).click();
  await row.getByRole("img", { name: "approved" }).waitFor();
  expect(await row.getByText("you voted").count()).toBe(0);
  await row.getByRole("link").click();
  await page.getByText("Asked and approved by the same person, as the policy allows.").waitFor();
  await page.getByRole("heading", { name: "Votes" }).waitFor();
  expect([...complaints, ...other.complaints]).toEqual([]);
  await context.close();
  await other.context.close();
});

test("an owner goes past it in an emergency with a reason, and an approver notes the review", async () => {
  const run = await release("4.0.0");
  const checkpoint = await checkpointOf(stack, run);
  const { page, complaints, context } = await stack.open(`/approvals/${checkpoint}`);
  await page.getByLabel("Who may read them").selectOption("team");
  await page.getByRole("button", { name: /Go past it in an emergency/ }).click();
  const dialog = page.getByRole("dialog", { name: "Go past this checkpoint" });
  await dialog.getByRole("button", { name: "Go past it and run" }).click();
  await dialog.getByText("is needed").waitFor();
  await dialog.getByLabel("Why it cannot wait").fill("The site is down and nobody answers.");
  await dialog.getByRole("button", { name: "Go past it and run" }).click();
  await page.getByText("owner went past this checkpoint").waitFor();
  const reviewer = await openAs(stack, grace, `/approvals/${checkpoint}?show=emergencies`);
  await reviewer.page
    .getByRole("list", { name: "passed in an emergency" })
    .getByRole("link")
    .first()
    .waitFor();
  await reviewer.page.getByRole("button", { name: "Note that I reviewed it…" }).click();
  await reviewer.page.getByLabel("What you found").fill("It was right.");
  await reviewer.page.getByRole("button", { name: "Note the review" }).click();
  await reviewer.page.getByText("Reviewed by Grace Hopper").waitFor();
  expect([...complaints, ...reviewer.complaints]).toEqual([]);
  await context.close();
  await reviewer.context.close();
});
