import { createHmac } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Gate, linkIn, openGate, quiet } from "../../approvals/test/gate.ts";
import { type Inbox, openInbox, openSink, type Sink, until } from "../../approvals/test/inbox.ts";

const KEY = "webhook-key-of-the-test";
let inbox: Inbox;
let slack: Sink;
let hook: Sink;
let gate: Gate;
beforeAll(async () => {
  inbox = await openInbox();
  slack = await openSink();
  hook = await openSink();
  gate = await openGate({
    smtp: inbox.url,
    slackWebhook: `${slack.url}/services/x`,
    notifyWebhook: `${hook.url}/hook`,
    notifyWebhookKey: KEY,
    mailFrom: "Example Works <ws@example.com>",
  });
});
afterAll(async () => {
  await gate?.stop();
  await Promise.all([inbox, slack, hook].map((server) => server?.close()));
});
afterEach(async () => {
  slack.answer = (_, response) => response.end("ok");
  inbox.answer = () => null;
  // What one test looks at is not to come in the middle of the next.
  await quiet(gate);
});

interface Row {
  id: string;
  channel: string;
  status: string;
  attempts: number;
  error: string | null;
  next_try_at: number | null;
  claimed_until: number | null;
}
const rowsOf = (run: string) =>
  gate.rows<Row>("SELECT * FROM notifications WHERE run_id = ? ORDER BY channel", run);
const rowOf = async (run: string, channel: string) => (await rowsOf(run)).find((r) => r.channel === channel);
const untilRow = (run: string, channel: string, status: string, attempts = 1) =>
  until(`${channel} of ${run} is ${status}`, async () => {
    const row = await rowOf(run, channel);
    return row?.status === status && row.attempts >= attempts && row.claimed_until === null ? row : null;
  });
/** Time passes: what waits becomes due, and the clock ticks. */
async function later(run: string): Promise<void> {
  await gate.rows(
    "UPDATE notifications SET next_try_at = 1, claimed_until = NULL WHERE run_id = ? AND status = 'pending'",
    run,
  );
  await gate.scheduled("notifier");
}

test("mail: addressed to the person, from the workspace, text and HTML, its link opens the page", async () => {
  const seen = inbox.raw.length;
  const { run } = await gate.ask();
  await untilRow(run, "email", "sent");
  const [mail] = (await inbox.mails()).slice(seen);
  expect(mail?.from?.address).toBe("ws@example.com");
  expect(mail?.to?.map((to) => to.address)).toEqual(["owner@example.com"]);
  expect(mail?.subject).toBe("Approval needed: Deploy to production?");
  expect(mail?.messageId).toMatch(/^<[0-9a-f]{40}@example\.com>$/);
  expect(mail?.html).toContain("Read and decide");
  const page = await fetch(linkIn(mail?.text));
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("Deploy to production?");
});

test("webhook: signed over time and body, with everybody's own link", async () => {
  const seen = hook.received.length;
  const { run, checkpoint } = await gate.ask();
  await untilRow(run, "webhook", "sent");
  const one = hook.received.slice(seen).find(({ body }) => body.includes(checkpoint));
  const match = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(one?.headers["tw-signature"]));
  expect(match?.[2]).toBe(createHmac("sha256", KEY).update(`${match?.[1]}.${one?.body}`).digest("hex"));
  expect(Math.abs(Number(match?.[1]) - Date.now() / 1000)).toBeLessThan(30);
  const body = JSON.parse(one?.body ?? "{}");
  expect(body).toMatchObject({
    type: "checkpoint.requested",
    checkpoint: { id: checkpoint, status: "pending" },
  });
  expect(body.links).toHaveLength(1);
  expect((await fetch(body.links[0].url)).status).toBe(200);
});

test("hint after hint, each message is sent once", async () => {
  const { run } = await gate.ask();
  for (const channel of ["email", "slack", "webhook"]) await untilRow(run, channel, "sent");
  const counts = () => [inbox.raw.length, slack.received.length, hook.received.length];
  const before = counts();
  await Promise.all([gate.scheduled("notifier"), gate.scheduled("notifier"), gate.scheduled("notifier")]);
  expect(counts()).toEqual(before);
});

test("a prompt made of header lines stays one subject", async () => {
  const seen = inbox.raw.length;
  const { run } = await gate.ask({ prompt: "Deploy?\r\nBcc: victim@example.com\r\nX-Evil: 1\r\n\r\nbody" });
  await untilRow(run, "email", "sent");
  const [mail] = (await inbox.mails()).slice(seen);
  expect(mail?.headers.map((h) => h.key)).not.toEqual(expect.arrayContaining(["bcc"]));
  expect(mail?.headers.map((h) => h.key)).not.toEqual(expect.arrayContaining(["x-evil"]));
  expect(mail?.subject).toBe("Approval needed: Deploy? Bcc: victim@example.com X-Evil: 1 body");
  expect(inbox.envelopes.at(-1)?.to).toEqual(["owner@example.com"]);
});

test("whoever asked and did not decide is told once how it ended", async () => {
  const cleo = await gate.person("Cleo Sertori", "operator");
  const { run, checkpoint } = await gate.ask({}, { by: { id: cleo, name: "Cleo Sertori", type: "person" } });
  await untilRow(run, "email", "sent");
  const vote = await gate.request(`/api/checkpoints/${checkpoint}/approve`, {
    body: { approved: false, comment: "The <b>checkout</b> test is red" },
  });
  expect(vote.status).toBe(200);
  const mail = await until("Cleo's mail", async () =>
    (await inbox.mails()).find((m) => m.to?.[0]?.address === "cleosertori@example.com"),
  );
  expect(mail.subject).toBe("✕ workflow-deploy rejected");
  expect(mail.text).toContain("The <b>checkout</b> test is red");
  expect(mail.html).not.toContain("<b>checkout</b>");
  expect(mail.text).toContain("What had been done was rolled back.");
  await gate.dispatch();
  await gate.scheduled("notifier");
  expect(inbox.envelopes.filter((e) => e.to.includes("cleosertori@example.com"))).toHaveLength(1);
});

describe("when things fail", () => {
  test("a crash between sending and marking sends one message twice at most, with the same id and link", async () => {
    const seen = inbox.raw.length;
    const { run } = await gate.ask();
    await untilRow(run, "email", "sent");
    // What the row looks like when its holder died after the server took the mail: claimed, unmarked, its time run out.
    await gate.rows(
      "UPDATE notifications SET status = 'pending', sent_at = NULL, next_try_at = 1, claimed_until = 1 WHERE run_id = ? AND channel = 'email'",
      run,
    );
    await Promise.all([gate.scheduled("notifier"), gate.scheduled("notifier")]);
    await untilRow(run, "email", "sent", 2);
    const mails = (await inbox.mails()).slice(seen);
    expect(mails).toHaveLength(2);
    expect(mails[0]?.messageId).toBe(mails[1]?.messageId);
    expect(linkIn(mails[0]?.text)).toBe(linkIn(mails[1]?.text));
  });

  test("a claimed row is left to its holder until the claim runs out", async () => {
    const seen = inbox.raw.length;
    const { run } = await gate.ask();
    await untilRow(run, "email", "sent");
    await gate.rows(
      "UPDATE notifications SET status = 'pending', next_try_at = 1, claimed_until = ? WHERE run_id = ? AND channel = 'email'",
      Date.now() + 60_000,
      run,
    );
    await gate.scheduled("notifier");
    expect(inbox.raw.length - seen).toBe(1);
    await later(run);
    await untilRow(run, "email", "sent", 2);
  });

  test("the mail server is down, then up again: the mail comes, and meanwhile everything else went on", async () => {
    await inbox.close();
    const { run } = await gate.ask();
    const waiting = await untilRow(run, "email", "pending");
    expect(waiting.error).toMatch(/mail server/);
    expect(waiting.next_try_at).toBeGreaterThan(Date.now());
    await untilRow(run, "slack", "sent");
    await untilRow(run, "webhook", "sent");
    expect(await gate.rows("SELECT status FROM command_checkpoints WHERE run_id = ?", run)).toEqual([
      { status: "pending" },
    ]);
    inbox = await openInbox(inbox.port);
    await later(run);
    await untilRow(run, "email", "sent", 2);
    expect(inbox.raw).toHaveLength(1);
  });

  test("Slack asks for a pause: it is given one, and the run waits for nobody but its approver", async () => {
    slack.answer = (_, response) => response.writeHead(429, { "retry-after": "120" }).end();
    const { run, checkpoint } = await gate.ask();
    const row = await untilRow(run, "slack", "pending");
    expect((row.next_try_at ?? 0) - Date.now()).toBeGreaterThan(100_000);
    const vote = await gate.request(`/api/checkpoints/${checkpoint}/approve`, { body: { approved: true } });
    expect(vote.status).toBe(200);
    await until(
      "the run ends",
      async () =>
        (await gate.rows("SELECT status FROM workflow_executions WHERE id = ?", run))[0]?.status ===
        "succeeded",
    );
    slack.answer = (_, response) => response.end("ok");
    const sent = slack.received.length;
    await later(run);
    // Nobody needs to be asked any more.
    expect(await untilRow(run, "slack", "failed")).toMatchObject({
      error: expect.stringContaining("already approved"),
    });
    expect(slack.received).toHaveLength(sent);
  });

  test("a mailbox that does not exist is failed at once, and visible", async () => {
    inbox.answer = () => Object.assign(new Error("no such mailbox"), { responseCode: 550 });
    const { run } = await gate.ask();
    expect(await untilRow(run, "email", "failed")).toMatchObject({
      attempts: 1,
      error: expect.stringContaining("no such mailbox"),
    });
  });

  test("an endpoint that redirects is not followed", async () => {
    slack.answer = (_, response) => response.writeHead(302, { location: `${hook.url}/elsewhere` }).end();
    const seen = hook.received.length;
    const { run } = await gate.ask();
    expect(await untilRow(run, "slack", "failed")).toMatchObject({ error: expect.stringContaining("302") });
    await untilRow(run, "webhook", "sent");
    expect(new Set(hook.received.slice(seen).map((r) => r.path))).toEqual(new Set(["/hook"]));
  });
});

describe("the delivery log", () => {
  test("shows each message on its checkpoint and in the list; what failed can be tried again, and no other tenant sees it", async () => {
    inbox.answer = () => Object.assign(new Error("no such mailbox"), { responseCode: 550 });
    const { run, checkpoint } = await gate.ask();
    await untilRow(run, "email", "failed");
    await untilRow(run, "slack", "sent");
    const one = (await (await gate.request(`/api/checkpoints/${checkpoint}`)).json()) as {
      deliveries: { channel: string; to: string; status: string; error: string | null }[];
    };
    expect(one.deliveries.find((d) => d.channel === "email")).toMatchObject({
      to: "owner@example.com",
      kind: "request",
      status: "failed",
      attempts: 1,
      sent_at: null,
      error: expect.stringContaining("no such mailbox"),
    });
    const list = async (query: string) =>
      (await (await gate.request(`/api/notifications?${query}`)).json()) as {
        items: { id: string; status: string }[];
        next_cursor: string | null;
      };
    const failed = await list(`run=${run}&status=failed`);
    expect(failed.items).toHaveLength(1);
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: { items: { id: string }[]; next_cursor: string | null } = await list(
        `limit=2&run=${run}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
      );
      seen.push(...page.items.map((item) => item.id));
      cursor = page.next_cursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(3);

    inbox.answer = () => null;
    const id = failed.items[0]?.id ?? "";
    const retried = await gate.request(`/api/notifications/${encodeURIComponent(id)}/retry`, {
      method: "POST",
      body: {},
    });
    expect(retried.status).toBe(202);
    await untilRow(run, "email", "sent");
    const again = await gate.request(`/api/notifications/${encodeURIComponent(id)}/retry`, {
      method: "POST",
      body: {},
    });
    expect(again.status).toBe(409);
    expect(
      (await gate.request("/api/notifications/ntf_unknown/retry", { method: "POST", body: {} })).status,
    ).toBe(404);
    expect(await gate.rows("SELECT action FROM audit WHERE target = ?", id)).toEqual([
      { action: "notification.retried" },
    ]);
  });
});
