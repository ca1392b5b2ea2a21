import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Asked, type Gate, linkIn, nonceIn, openGate, quiet } from "./gate.ts";
import { type Inbox, openInbox, until } from "./inbox.ts";

let inbox: Inbox;
let gate: Gate;
beforeAll(async () => {
  inbox = await openInbox();
  gate = await openGate({ smtp: inbox.url });
});
afterAll(async () => {
  await gate?.stop();
  await inbox?.close();
});

/** Asks, and gives the link of the owner's mail. */
async function asked(
  ...args: Parameters<Gate["ask"]>
): Promise<Asked & { url: string; html: string; nonce: string }> {
  const seen = inbox.raw.length;
  const one = await gate.ask(...args);
  const mail = await until("the mail", async () => {
    const mails = (await inbox.mails()).slice(seen);
    return mails.find((m) => m.to?.[0]?.address === "owner@example.com");
  });
  const url = linkIn(mail.text);
  const html = await (await fetch(url)).text();
  return { ...one, url, html, nonce: nonceIn(html) };
}
function post(
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, { method: "POST", body: new URLSearchParams(fields), headers, redirect: "manual" });
}
async function statusOf(checkpoint: string): Promise<unknown> {
  return (await gate.rows("SELECT status FROM command_checkpoints WHERE id = ?", checkpoint))[0]?.status;
}

describe("looking", () => {
  test("20 GETs, HEADs and scanners' requests change no row of any table", async () => {
    const { url } = await asked();
    await quiet(gate);
    const before = await gate.tables();
    for (let i = 0; i < 20; i++) {
      const seen = await fetch(url, { headers: { "user-agent": `Scanner/${i}`, "sec-purpose": "prefetch" } });
      expect(seen.status).toBe(200);
      await seen.text();
      const head = await fetch(url, { method: "HEAD" });
      expect(head.status).toBe(200);
      expect(await head.text()).toBe("");
    }
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"])
      expect((await fetch(url, { method })).status).toBe(405);
    expect(await gate.tables()).toEqual(before);
  });

  test("the page shows what runs, what ran and what is undone; no script, no outside content, not kept, not framed", async () => {
    const { url, html } = await asked({}, { note: "Friday release" });
    for (const text of [
      "Deploy to production?",
      "wrangler-deploy",
      "3f9c1ab",
      "git-reset",
      "Friday release",
      "destructive",
    ])
      expect(html).toContain(text);
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|<img|<link|https?:\/\//i);
    const { headers } = await fetch(url);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-robots-tag")).toMatch(/noindex/);
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
  });

  test("hostile text stays text, and what hides is made visible", async () => {
    const prompt = `<script>alert(1)</script>"'><b>x</b> \u202Egnp.exe`;
    const { html } = await asked({ prompt });
    expect(html).not.toContain("<script>alert");
    expect(html).not.toContain("<b>x</b>");
    expect(html).not.toContain("\u202E");
    expect(html).toContain("⟨U+202E⟩gnp.exe");
  });

  test("deciding one's own request is allowed where the policy says so, and visibly marked", async () => {
    const owner = { id: gate.identity.owner, name: "owner", type: "person" as const };
    expect((await asked({ requester_may_vote: true }, { by: owner })).html).toContain(
      "You asked for this run yourself",
    );
    expect((await asked()).html).not.toContain("You asked for this run yourself");
  });

  test("an unknown or malformed token is a page of its own", async () => {
    for (const token of ["0".repeat(64), "x", "..%2f", `${"a".repeat(63)}G`]) {
      const answer = await fetch(`${gate.url}/a/${token}`);
      expect(answer.status).toBe(404);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(await answer.text()).toContain("Unknown link");
    }
  });

  test("the database holds neither token nor nonce", async () => {
    const { url, nonce } = await asked();
    const all = JSON.stringify(await gate.tables());
    expect(all).not.toContain(url.slice(-64));
    expect(all).not.toContain(nonce);
  });
});

describe("deciding", () => {
  test("an approval is counted, the page says so, and the run goes on to its end", async () => {
    const { url, run, checkpoint, nonce } = await asked();
    const answer = await post(url, { decision: "approve", comment: "ship it", nonce });
    expect(answer.status).toBe(303);
    expect(await answer.text()).toContain("You approved it");
    const after = await fetch(url);
    expect(after.status).toBe(200);
    const html = await after.text();
    expect(html).toContain("You approved it");
    expect(html).toContain("ship it");
    expect(html).not.toContain("<form");
    await until(
      "the run succeeds",
      async () =>
        (await gate.rows("SELECT status FROM workflow_executions WHERE id = ?", run))[0]?.status ===
        "succeeded",
    );
    const [vote] = await gate.rows(
      "SELECT channel, comment FROM checkpoint_votes WHERE checkpoint_id = ?",
      checkpoint,
    );
    expect(vote).toEqual({ channel: "link", comment: "ship it" });
    const again = await post(url, { decision: "reject", nonce });
    expect(again.status).toBe(409);
    expect(await again.text()).toContain("Your vote was not counted");
  });

  test("a rejection rolls back", async () => {
    const { url, run, nonce } = await asked();
    expect((await post(url, { decision: "reject", nonce, comment: "not today" })).status).toBe(303);
    await until(
      "the run is rejected",
      async () =>
        (await gate.rows("SELECT status FROM workflow_executions WHERE id = ?", run))[0]?.status ===
        "rejected",
    );
    expect(await (await fetch(url)).text()).toContain("You rejected it");
  });

  test("20 posts at once: one wins, the others are told", async () => {
    const { url, checkpoint, nonce } = await asked();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => post(url, { decision: i % 2 ? "approve" : "reject", nonce })),
    );
    const statuses = answers.map((a) => a.status);
    expect(statuses.filter((s) => s === 303)).toHaveLength(1);
    expect(statuses.filter((s) => s === 409)).toHaveLength(19);
    expect(
      await gate.rows("SELECT count(*) AS n FROM checkpoint_votes WHERE checkpoint_id = ?", checkpoint),
    ).toEqual([{ n: 1 }]);
  });

  test.each([
    ["no nonce", {}],
    ["a made-up nonce", { nonce: `${"5".repeat(64)}.${"0".repeat(64)}` }],
    ["junk", { nonce: "." }],
  ])("%s decides nothing", async (_what, fields) => {
    const { url, checkpoint } = await asked();
    const answer = await post(url, { decision: "approve", comment: "kept words", ...fields });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("kept words");
    expect(await statusOf(checkpoint)).toBe("pending");
  });

  test("another link's nonce, another site's form and a form that is none decide nothing", async () => {
    const one = await asked();
    const two = await asked();
    expect((await post(two.url, { decision: "approve", nonce: one.nonce })).status).toBe(403);
    const fields = { decision: "approve", nonce: two.nonce };
    expect((await post(two.url, fields, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await post(two.url, fields, { origin: "https://evil.example" })).status).toBe(403);
    const json = await fetch(two.url, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    expect(json.status).toBe(415);
    expect((await post(two.url, { ...fields, decision: "maybe" })).status).toBe(422);
    expect((await post(two.url, { ...fields, comment: "x".repeat(300_000) })).status).toBe(413);
    expect(await statusOf(two.checkpoint)).toBe("pending");
    expect((await post(two.url, fields, { origin: "null", "sec-fetch-site": "same-origin" })).status).toBe(
      303,
    );
  });

  test("a plan that changed after the page was opened is shown again instead of being agreed to", async () => {
    const { url, checkpoint, nonce, run } = await asked();
    await gate.rows(
      "UPDATE command_checkpoints SET plan_digest = ? WHERE id = ?",
      "6".repeat(64),
      checkpoint,
    );
    await gate.rows("UPDATE workflow_executions SET plan_digest = ? WHERE id = ?", "6".repeat(64), run);
    const answer = await post(url, { decision: "approve", nonce });
    expect(answer.status).toBe(409);
    const html = await answer.text();
    expect(html).toContain("The plan changed since you opened this page");
    expect(await statusOf(checkpoint)).toBe("pending");
    expect((await post(url, { decision: "approve", nonce: nonceIn(html) })).status).toBe(303);
  });

  test("after the run was cancelled nothing is left to decide", async () => {
    const { url, run, checkpoint, nonce } = await asked();
    expect((await gate.request(`/api/runs/${run}/cancel`, { body: {} })).status).toBe(202);
    const answer = await post(url, { decision: "approve", nonce });
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain("cancelled");
    expect(await statusOf(checkpoint)).not.toBe("approved");
  });

  test("after it expired the link is gone", async () => {
    const { url, checkpoint, nonce } = await asked();
    await gate.rows("UPDATE command_checkpoints SET expires_at = ? WHERE id = ?", Date.now() - 1, checkpoint);
    expect((await fetch(url)).status).toBe(410);
    const answer = await post(url, { decision: "approve", nonce });
    expect(answer.status).toBe(410);
    expect(await answer.text()).toContain("Too late");
    expect(await statusOf(checkpoint)).not.toBe("approved");
  });

  test("a person who lost the role can read but not decide", async () => {
    const { url, checkpoint, nonce } = await asked();
    await gate.rows("UPDATE users SET role = 'viewer' WHERE email = 'owner@example.com'");
    try {
      const html = await (await fetch(url)).text();
      expect(html).not.toContain("<form");
      expect((await post(url, { decision: "approve", nonce })).status).toBe(403);
      expect(await statusOf(checkpoint)).toBe("pending");
    } finally {
      await gate.rows("UPDATE users SET role = 'owner' WHERE email = 'owner@example.com'");
    }
  });
});

describe("form and quorum", () => {
  const form = [
    { name: "window", label: "When", type: "enum" as const, options: ["now", "tonight"], required: true },
    { name: "percent", type: "number" as const, required: false },
    { name: "read", label: "I have read the plan", type: "boolean" as const, required: true },
    { name: "comment", label: "Ticket", type: "string" as const, required: false },
  ];

  test("errors stand beside their fields, what was typed is kept, and typed values reach the run", async () => {
    const { url, checkpoint, nonce, html } = await asked({ form });
    expect(html).toContain("I have read the plan");
    const wrong = await post(url, {
      decision: "approve",
      nonce,
      window: "tonight",
      percent: "ten <b>",
      field_comment: "T-1",
    });
    expect(wrong.status).toBe(422);
    const page = await wrong.text();
    expect(page).toContain("must be a number");
    expect(page).toContain("must be ticked");
    expect(page).toContain('value="ten &lt;b&gt;"');
    expect(page).toMatch(/<option value="tonight" selected>/);
    expect(page).toContain('aria-invalid="true"');
    expect(await statusOf(checkpoint)).toBe("pending");
    const right = await post(url, {
      decision: "approve",
      nonce,
      window: "tonight",
      percent: "25",
      read: "true",
      field_comment: "T-1",
    });
    expect(right.status).toBe(303);
    const [row] = await gate.rows<{ inputs_json: string }>(
      "SELECT inputs_json FROM command_checkpoints WHERE id = ?",
      checkpoint,
    );
    expect(JSON.parse(row?.inputs_json ?? "")).toEqual({
      window: "tonight",
      percent: 25,
      read: true,
      comment: "T-1",
    });
  });

  test("with a quorum of two the first vote is counted and the second person decides", async () => {
    await gate.person("Bea", "approver");
    const { url, checkpoint, nonce } = await asked({ quorum: 2 });
    const first = await post(url, { decision: "approve", nonce });
    expect(first.status).toBe(303);
    expect(await first.text()).toContain("Your vote is counted");
    expect((await post(url, { decision: "approve", nonce })).status).toBe(409);
    const mail = await until("Bea's mail", async () =>
      (await inbox.mails()).findLast((m) => m.to?.[0]?.address === "bea@example.com"),
    );
    const link = linkIn(mail.text);
    const page = await (await fetch(link)).text();
    expect(page).toContain("1 of 2 approvals");
    expect((await post(link, { decision: "approve", nonce: nonceIn(page) })).status).toBe(303);
    expect(await statusOf(checkpoint)).toBe("approved");
  });
});
