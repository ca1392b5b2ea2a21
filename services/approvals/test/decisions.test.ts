/** Whole histories of a decision over every channel at once: who wins, who comes late, what a scanner does, what changes meanwhile. */
import { createHmac } from "node:crypto";
import { createToken } from "@tw/shared/db/tokens";
import { newId } from "@tw/shared/ids";
import { hashToken, newToken } from "@tw/shared/tokens";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBrowser, visit } from "../../../console/test/browser.ts";
import { type Asked, callAs, type Gate, mailedLink, nonceIn, openGate, post, quiet } from "./gate.ts";
import { type Inbox, openInbox, openSink, type Sink, until } from "./inbox.ts";

const SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
let inbox: Inbox;
let slack: Sink;
let gate: Gate;
beforeAll(async () => {
  inbox = await openInbox();
  slack = await openSink();
  gate = await openGate({
    smtp: inbox.url,
    slackWebhook: `${slack.url}/services/T/B/x`,
    slackSigningSecret: SECRET,
  });
});
afterAll(async () => {
  await gate?.stop();
  await inbox?.close();
  await slack?.close();
});

const call = (token: string, method: string, path: string, body?: unknown) =>
  callAs(gate, token, method, path, body);
async function tokenOf(user: string): Promise<string> {
  const token = newToken();
  const now = Date.now();
  const scopes = ["checkpoints:decide", "runs:read"];
  const row = { id: newId("token", now), hash: await hashToken(token), tenantId: gate.tenant };
  await createToken(
    gate.db,
    { ...row, type: "person", userId: user, agentId: null, name: "t", scopes, expiresAt: null },
    [],
    now,
  );
  return token;
}
const mailed = (address: string, seen: number, subject?: RegExp) => mailedLink(inbox, address, seen, subject);
function press(user: string, checkpoint: string, digest: string, action: string): Promise<Response> {
  const payload = {
    type: "block_actions",
    user: { id: user, username: user, team_id: "T1" },
    team: { id: "T1" },
    actions: [
      {
        type: "button",
        action_id: action,
        value: JSON.stringify({ checkpoint, digest }),
        block_id: "decide",
      },
    ],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const at = Math.floor(Date.now() / 1000);
  return fetch(`${gate.url}/slack/interactions`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": String(at),
      "x-slack-signature": `v0=${createHmac("sha256", SECRET).update(`v0:${at}:${body}`).digest("hex")}`,
    },
  });
}
const statusOf = async (id: string) =>
  (await gate.rows<{ status: string }>("SELECT status FROM command_checkpoints WHERE id = ?", id))[0]?.status;
const runStatus = async (id: string) =>
  (await gate.rows<{ status: string }>("SELECT status FROM workflow_executions WHERE id = ?", id))[0]?.status;
const DIGEST = "5".repeat(64);

test("20 decisions over API, link and Slack at once: one wins, the others are told who, and the effect comes once", async () => {
  const people = await Promise.all(
    Array.from({ length: 20 }, (_, i) => gate.person(`Voter ${i}`, "approver", [], `U_V${i}`)),
  );
  const seen = inbox.raw.length;
  const one = await gate.ask();
  const api = await Promise.all(people.slice(0, 7).map(tokenOf));
  const links = await Promise.all(
    people.slice(7, 14).map((id) => mailed(`${id.slice(4)}@example.com`, seen)),
  );
  const nonces = await Promise.all(links.map(async (url) => nonceIn(await (await fetch(url)).text())));
  const choice = (i: number) => (i % 3 === 2 ? "reject" : "approve");
  const [overApi, overLink, overSlack] = await Promise.all([
    Promise.all(
      api.map((token, i) =>
        call(token, "POST", `/api/checkpoints/${one.checkpoint}/approve`, {
          approved: choice(i) === "approve",
          plan_digest: DIGEST,
        }),
      ),
    ),
    Promise.all(
      links.map(async (url, i) => {
        const answer = await post(url, { decision: choice(i), nonce: nonces[i] ?? "" });
        return { status: answer.status, text: await answer.text() };
      }),
    ),
    Promise.all(
      people.slice(14).map(async (_, i) => {
        const answer = await press(`U_V${i + 14}`, one.checkpoint, DIGEST, choice(i));
        return { status: answer.status, text: await answer.text() };
      }),
    ),
  ]);
  const row = await until("a decision", async () => {
    const [found] = await gate.rows<{ status: string; by: string }>(
      "SELECT status, decided_by_json ->> 'name' AS by FROM command_checkpoints WHERE id = ? AND status <> 'pending'",
      one.checkpoint,
    );
    return found;
  });
  const told = new RegExp(`${row.by} ${row.status} it`);
  const wonByApi = overApi.filter((a) => a.status === 200);
  const wonByLink = overLink.filter((a) => a.status === 303);
  expect(wonByApi.length + wonByLink.length).toBeLessThanOrEqual(1);
  for (const late of overApi.filter((a) => a.status !== 200)) {
    expect(late.status).toBe(409);
    expect(late.body.error.message).toMatch(told);
  }
  for (const late of overLink.filter((a) => a.status !== 303)) {
    expect(late.status).toBe(409);
    expect(late.text).toMatch(told);
  }
  for (const pressed of overSlack) expect(pressed.status).toBe(200);
  expect(
    await gate.rows("SELECT count(*) AS n FROM checkpoint_votes WHERE checkpoint_id = ?", one.checkpoint),
  ).toEqual([{ n: 1 }]);
  await until("the run is over", async () => {
    await gate.dispatch();
    return ["succeeded", "rejected"].includes((await runStatus(one.run)) ?? "");
  });
  const events = (
    await gate.rows<{ events_json: string }>(
      "SELECT events_json FROM run_events WHERE run_id = ? ORDER BY seq",
      one.run,
    )
  ).flatMap(
    (r) => JSON.parse(r.events_json) as { type: string; step?: string; data: { channel?: string } }[],
  );
  expect(events.filter((e) => /^checkpoint\.(approved|rejected)$/.test(e.type))).toHaveLength(1);
  expect(events.filter((e) => e.type === "step.started" && e.step === "deploy")).toHaveLength(
    row.status === "approved" ? 1 : 0,
  );
  expect(await gate.rows("SELECT count(*) AS n FROM audit WHERE target = ?", one.checkpoint)).toEqual([
    { n: 1 },
  ]);
  await gate.rows("UPDATE users SET status = 'removed' WHERE id LIKE 'usr_voter%'");
}, 60_000);

describe("too late", () => {
  /** Votes over every channel; each must be refused with these words, and nothing may change. */
  async function refused(
    one: Asked,
    link: string,
    nonce: string,
    status: number,
    words: RegExp,
  ): Promise<void> {
    await quiet(gate);
    const before = await gate.tables();
    const api = await call(gate.token, "POST", `/api/checkpoints/${one.checkpoint}/approve`, {
      approved: true,
    });
    expect(api.status).toBe(status);
    expect(api.body.error.message).toMatch(words);
    const page = await post(link, { decision: "approve", nonce });
    expect(page.status).toBe(status);
    expect(await page.text()).toMatch(/was not counted|Too late/);
    expect(await (await fetch(link)).text()).not.toContain('name="nonce"');
    expect(await gate.tables()).toEqual(before);
  }
  async function asked(policy: Parameters<Gate["ask"]>[0] = {}): Promise<[Asked, string, string]> {
    const seen = inbox.raw.length;
    const one = await gate.ask(policy);
    const link = await mailed("owner@example.com", seen);
    return [one, link, nonceIn(await (await fetch(link)).text())];
  }

  test("after the expiry it is refused, before it counts", async () => {
    const [one, link, nonce] = await asked();
    await gate.rows(
      "UPDATE command_checkpoints SET expires_at = ? WHERE id = ?",
      Date.now() - 1000,
      one.checkpoint,
    );
    await refused(one, link, nonce, 410, /expired/);
    await gate.rows(
      "UPDATE command_checkpoints SET expires_at = ? WHERE id = ?",
      Date.now() + 60_000,
      one.checkpoint,
    );
    const vote = await call(gate.token, "POST", `/api/checkpoints/${one.checkpoint}/approve`, {
      approved: true,
    });
    expect(vote.status).toBe(200);
  });

  test("after a cancel", async () => {
    const [one, link, nonce] = await asked();
    expect((await call(gate.token, "POST", `/api/runs/${one.run}/cancel`, {})).status).toBe(202);
    await until("the run is over", async () => (await runStatus(one.run)) === "cancelled");
    await refused(one, link, nonce, 409, /cancelled/);
  });

  test("after a rejection, and after a rerun that asks anew", async () => {
    const [one, link, nonce] = await asked({ requester_may_vote: true });
    await call(gate.token, "POST", `/api/checkpoints/${one.checkpoint}/approve`, {
      approved: false,
      comment: "no",
    });
    await until("the run is over", async () => (await runStatus(one.run)) === "rejected");
    await refused(one, link, nonce, 409, /rejected it .*, saying “no”/);
    const again = await call(gate.token, "POST", `/api/runs/${one.run}/rerun`, {});
    expect(again.status).toBe(202);
    await until(
      "it asks anew",
      async () =>
        (
          await gate.rows(
            "SELECT 1 FROM command_checkpoints WHERE run_id = ? AND announced_at IS NOT NULL",
            again.body.run.id,
          )
        ).length > 0,
    );
    await refused(one, link, nonce, 409, /rejected/);
    expect(await runStatus(again.body.run.id)).toBe("waiting");
  });
});

test("a scanner that gets and heads every link, follows every link on the page and renders it decides nothing", async () => {
  const seen = inbox.raw.length;
  const one = await gate.ask({ form: [{ name: "why", type: "string", required: true }] });
  const link = await mailed("owner@example.com", seen);
  await quiet(gate);
  const before = await gate.tables();
  const text = (await inbox.mails())
    .slice(seen)
    .map((m) => `${m.text}\n${m.html}`)
    .join("\n");
  const found = new Set(
    [...text.matchAll(/https?:\/\/[^\s"'<>]+/g)]
      .map(([url]) => url.replaceAll("&amp;", "&"))
      .filter((url) => url.startsWith(gate.url)),
  );
  expect(found).toContain(link);
  const html = await (await fetch(link)).text();
  for (const [, href] of html.matchAll(/(?:href|src|action)="([^"#]+)"/g))
    found.add(new URL(href ?? "", link).href);
  for (const url of found)
    for (const method of ["HEAD", "GET"])
      await (await fetch(url, { method, headers: { "user-agent": "Scanner/1.0" } })).text();
  const browser = await startBrowser();
  try {
    const { page, context } = await visit(browser, gate.url);
    await page.goto(link);
    expect(await page.locator("h1").innerText()).toBe("Deploy to production?");
    for (const href of await page
      .locator("a[href]")
      .evaluateAll((all) => all.map((a) => (a as unknown as { href: string }).href)))
      await page.goto(href);
    await page.goto(link);
    await page.keyboard.press("Enter");
    await context.close();
  } finally {
    await browser.close();
  }
  expect(await gate.tables()).toEqual(before);
  expect(await statusOf(one.checkpoint)).toBe("pending");
}, 60_000);
