import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Asked, type Gate, openGate } from "./gate.ts";
import { openSink, type Sink, until } from "./inbox.ts";

const SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
let gate: Gate;
let slack: Sink;
let bea: string;
beforeAll(async () => {
  slack = await openSink();
  gate = await openGate({ slackWebhook: `${slack.url}/services/T/B/x`, slackSigningSecret: SECRET });
  bea = await gate.person("Bea", "approver", [], "U_BEA");
  await gate.person("Vic", "viewer", [], "U_VIC");
});
afterAll(async () => {
  await gate?.stop();
  await slack?.close();
});

interface Block {
  elements?: { action_id: string; value?: string; url?: string; text: { text: string } }[];
}
/** Asks, and gives the buttons as Slack was sent them. */
async function asked(...args: Parameters<Gate["ask"]>): Promise<Asked & { value: string; blocks: Block[] }> {
  const seen = slack.received.length;
  const one = await gate.ask(...args);
  const message = await until("the Slack message", () =>
    slack.received.slice(seen).find(({ body }) => body.includes(one.checkpoint)),
  );
  const blocks = (JSON.parse(message.body) as { blocks: Block[] }).blocks;
  const value = blocks.flatMap((b) => b.elements ?? []).find((e) => e.action_id === "approve")?.value ?? "";
  return { ...one, value, blocks };
}
function press(
  value: string,
  more: { user?: string; action?: string; shift?: number; secret?: string; signature?: string } = {},
): Promise<Response> {
  const payload = {
    type: "block_actions",
    user: { id: more.user ?? "U_BEA", username: "whoever" },
    actions: [{ type: "button", action_id: more.action ?? "approve", value, block_id: "decide" }],
    response_url: "https://hooks.slack.com.evil.example/actions",
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const at = Math.floor(Date.now() / 1000) + (more.shift ?? 0);
  const signature =
    more.signature ??
    `v0=${createHmac("sha256", more.secret ?? SECRET)
      .update(`v0:${at}:${body}`)
      .digest("hex")}`;
  return fetch(`${gate.url}/slack/interactions`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": String(at),
      "x-slack-signature": signature,
    },
  });
}
const votes = (checkpoint: string) =>
  gate.rows("SELECT user_id, decision, channel FROM checkpoint_votes WHERE checkpoint_id = ?", checkpoint);

describe("a press of a button", () => {
  test("by a mapped person decides, once, however often Slack repeats it", async () => {
    const { checkpoint, run, value } = await asked();
    const answer = await press(value);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      replace_original: true,
      text: expect.stringContaining("Bea approved it"),
    });
    const repeats = await Promise.all([press(value), press(value), press(value)]);
    for (const repeat of repeats) {
      expect(repeat.status).toBe(200);
      expect(await repeat.json()).toMatchObject({ text: expect.stringContaining("Bea approved it") });
    }
    expect(await votes(checkpoint)).toEqual([{ user_id: bea, decision: "approve", channel: "slack" }]);
    await until(
      "the run goes on",
      async () =>
        (await gate.rows("SELECT status FROM workflow_executions WHERE id = ?", run))[0]?.status ===
        "succeeded",
    );
  });

  test.each([
    ["forged", { secret: "wrong" }],
    ["unsigned", { signature: "" }],
    ["cut", { signature: "v0=" }],
    ["stale", { shift: -330 }],
    ["from the future", { shift: 330 }],
  ])("%s is refused", async (_what, how) => {
    const { checkpoint, value } = await asked();
    expect((await press(value, how)).status).toBe(401);
    expect(await votes(checkpoint)).toEqual([]);
  });

  test("by an unmapped account, a viewer, or for another plan decides nothing and says why", async () => {
    const { checkpoint, value } = await asked();
    const said = async (how: object, of = value): Promise<string> =>
      ((await (await press(of, how)).json()) as { text: string }).text;
    expect(await said({ user: "U_NOBODY" })).toMatch(/not connected/);
    expect(await said({ user: "U_VIC" })).toMatch(/role is viewer/);
    expect(await said({}, JSON.stringify({ checkpoint, digest: "old" }))).toMatch(/plan changed/);
    expect(await votes(checkpoint)).toEqual([]);
  });

  test("that carries nonsense is answered and changes nothing", async () => {
    for (const value of ["", "{", "[]", '{"checkpoint":1}']) expect((await press(value)).status).toBe(200);
    expect((await press("x", { action: "open" })).status).toBe(200);
  });
});

test("a channel read by many carries nobody's own link; buttons name checkpoint and plan", async () => {
  const { blocks, checkpoint, value } = await asked({
    prompt: "Deploy <!channel> *now* & <https://evil.example|here>?",
  });
  const text = JSON.stringify(blocks);
  expect(text).not.toMatch(/\/a\/[0-9a-f]{64}/);
  expect(text).toContain(`/approvals/${checkpoint}`);
  expect(JSON.parse(value)).toEqual({ checkpoint, digest: "5".repeat(64) });
  const markup = JSON.stringify(blocks.filter((b) => JSON.stringify(b).includes("mrkdwn")));
  expect(markup).not.toContain("<!channel>");
  expect(markup).not.toContain("<https://evil");
});

test("with a form there is no button that could skip it", async () => {
  const { blocks } = await asked({ form: [{ name: "why", type: "string", required: true }] });
  expect(blocks.flatMap((b) => b.elements ?? []).map((e) => e.action_id)).not.toContain("approve");
});
