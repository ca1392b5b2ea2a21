import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AgentSocket } from "../../api/test/hub/socket.ts";
import { checkEnv, type Env } from "../src/env.ts";
import { type Asked, type Gate, openGate } from "./gate.ts";
import { until } from "./inbox.ts";
import { blockActions, SECRET, send, slash, TEAM, viewSubmission } from "./slack-sent.ts";
import { BOT_TOKEN, openSlack, type Posted, type SlackServer } from "./slack-server.ts";

let gate: Gate;
let slack: SlackServer;
beforeAll(async () => {
  slack = await openSlack();
  slack.users.push({ id: "U_BEA", email: "bea@example.com" }, { id: "U_CLEO", email: "cleo@example.com" });
  slack.users.push(
    { id: "U_NEW", email: "owner@example.com" },
    { id: "U_FAKE", email: "bea@example.com", confirmed: false },
  );
  gate = await openGate({
    slackBotToken: BOT_TOKEN,
    slackChannel: "C0RELEASE",
    slackTeam: TEAM,
    slackApiUrl: slack.api,
    slackSigningSecret: SECRET,
    library: true,
  });
  await gate.person("Bea", "approver", [], "U_BEA");
  await gate.person("Cleo", "operator", [], "U_CLEO");
  await gate.person("Vic", "viewer", [], "U_VIC");
  // Dora wants to be asked herself too; Slack knows her by her address only.
  await gate.person("Dora", "approver");
  slack.users.push({ id: "U_DORA", email: "dora@example.com" });
  await gate.rows("UPDATE users SET preferences_json = '{\"slack\":true}' WHERE id = 'usr_dora'");
});
afterAll(async () => {
  await gate?.stop();
  await slack?.close();
});

const votes = (checkpoint: string) =>
  gate.rows(
    "SELECT user_id, decision, channel, comment FROM checkpoint_votes WHERE checkpoint_id = ?",
    checkpoint,
  );
const ended = (run: string) =>
  until(
    `${run} ends`,
    async () =>
      (await gate.rows("SELECT 1 FROM workflow_executions WHERE id = ? AND finished_at IS NOT NULL", run))
        .length === 1,
  );
const buttons = (message: Posted | undefined): { action_id: string; value?: string }[] =>
  (message?.blocks ?? [])
    .flatMap((b) => (b.elements ?? []) as { action_id: string; value?: string }[])
    .filter((e) => e.action_id);
const asks = (message: Posted): boolean => buttons(message).some((b) => b.action_id === "approve");

/** Asks, and gives the two copies: the channel's and Dora's own. */
async function asked(...args: Parameters<Gate["ask"]>): Promise<Asked & { copies: Posted[]; value: string }> {
  const seen = slack.messages.length;
  const one = await gate.ask(...args);
  const copies = await until("both copies", () => {
    const found = slack.messages
      .slice(seen)
      .filter((m) => asks(m) && JSON.stringify(m.blocks).includes(one.checkpoint));
    return found.length === 2 ? found : null;
  });
  return { ...one, copies, value: buttons(copies[0]).find((b) => b.action_id === "approve")?.value ?? "" };
}
const interact = (payload: object, how = {}) => send(gate.url, "/slack/interactions", payload, how);
const say = async (answer: Response): Promise<string> => ((await answer.json()) as { text: string }).text;
type Told = { text: string; blocks: { elements?: { action_id: string; value?: string }[] }[] };
let urls = 0;
/** Sends with a response URL, and gives what is said at once, or behind "Working on it…" where this machine is slow. */
async function told(sending: (responseUrl: string) => Promise<Response>): Promise<Told> {
  const path = `/told/${++urls}`;
  const answer = await sending(slack.origin + path);
  expect(answer.status).toBe(200);
  const said = (await answer.json()) as Told;
  if (said.text !== "Working on it…") return said;
  const behind = await until("the answer behind it", () => slack.responses.find((r) => r.path === path));
  return behind.body as unknown as Told;
}

describe("a decision", () => {
  test("changes every copy, begins a thread below them, and tells the end there", async () => {
    const { run, checkpoint, copies, value } = await asked();
    expect(copies.map((c) => c.channel).sort()).toEqual(["C0RELEASE", "D_DORA"]);
    const answer = await interact(blockActions({ action_id: "approve", value }));
    expect(answer.status).toBe(200);
    expect(await votes(checkpoint)).toEqual([
      { user_id: "usr_bea", decision: "approve", channel: "slack", comment: null },
    ]);
    await ended(run);
    await until("all copies show it", () =>
      copies.every((c) => c.edits > 0 && !asks(c) && c.text.includes("Bea approved it")),
    );
    for (const copy of copies) {
      const below = (text: string) =>
        slack.messages.filter(
          (m) => m.thread_ts === copy.ts && m.channel === copy.channel && JSON.stringify(m).includes(text),
        );
      await until("the end is told below it", () => below("workflow-deploy* succeeded").length >= 1);
      await until("progress is told once, and kept up to date", async () => {
        await gate.rows(
          "UPDATE notifications SET next_try_at = 1 WHERE kind = 'progress' AND status = 'pending' AND claimed_until IS NULL",
        );
        await gate.scheduled("notifier");
        return below("verify").length === 1 && below("✓ verify").length === 1;
      });
    }
    // Hints and ticks again: nothing is posted anew.
    const count = slack.messages.length;
    await gate.scheduled("notifier");
    await gate.dispatch();
    expect(slack.messages).toHaveLength(count);
  });

  test("in the console changes the copies as well", async () => {
    const { checkpoint, copies } = await asked();
    const vote = await gate.request(`/api/checkpoints/${checkpoint}/approve`, {
      body: { approved: false, comment: "no <!channel>" },
    });
    expect(vote.status).toBe(200);
    await until("all copies show it", () => copies.every((c) => c.edits > 0 && !asks(c)));
    expect(JSON.stringify(copies[0]?.blocks)).not.toContain("<!channel>");
    expect(copies[0]?.text).toContain("rejected");
  });

  test("to reject asks for the reason in a modal, and the reason is kept", async () => {
    const { checkpoint, value, copies } = await asked();
    expect((await interact(blockActions({ action_id: "reject", value }))).status).toBe(200);
    const view = slack.views.at(-1) as { private_metadata: string; callback_id: string };
    expect(await votes(checkpoint)).toEqual([]);
    const answer = await interact(
      viewSubmission({
        ...view,
        values: { comment: { value: { type: "plain_text_input", value: "The test is red" } } },
      }),
    );
    expect(await answer.json()).toEqual({ response_action: "clear" });
    expect(await votes(checkpoint)).toEqual([
      { user_id: "usr_bea", decision: "reject", channel: "slack", comment: "The test is red" },
    ]);
    await until("the copies say why", () =>
      copies.every((c) => JSON.stringify(c.blocks).includes("The test is red")),
    );
  });

  test("with a form is made in a modal; what is wrong stands beside its field, and the values reach the run", async () => {
    const form = [
      { name: "version", type: "string" as const, required: true },
      { name: "count", type: "number" as const, required: true },
      { name: "ring", type: "enum" as const, options: ["canary", "all"], required: true },
      { name: "read_it", type: "boolean" as const, required: true },
    ];
    const { checkpoint, value } = await asked({ form });
    await interact(blockActions({ action_id: "approve", value }));
    const view = slack.views.at(-1) as {
      private_metadata: string;
      callback_id: string;
      blocks: { block_id?: string; element?: { type: string } }[];
    };
    expect(view.blocks.flatMap((b) => b.element?.type ?? [])).toEqual([
      "plain_text_input",
      "number_input",
      "static_select",
      "checkboxes",
      "plain_text_input",
    ]);
    const values = (count: string, ticked: boolean) => ({
      "field:version": { value: { type: "plain_text_input", value: "1.2.3" } },
      "field:count": { value: { type: "number_input", value: count } },
      "field:ring": { value: { type: "static_select", selected_option: { value: "1" } } },
      "field:read_it": { value: { type: "checkboxes", selected_options: ticked ? [{ value: "true" }] : [] } },
    });
    const wrong = (await (
      await interact(viewSubmission({ ...view, values: values("many", false) }))
    ).json()) as { errors: object };
    expect(wrong).toMatchObject({
      response_action: "errors",
      errors: {
        "field:count": expect.stringContaining("number"),
        "field:read_it": expect.stringContaining("ticked"),
      },
    });
    expect(await votes(checkpoint)).toEqual([]);
    const right = await interact(viewSubmission({ ...view, values: values("3", true) }));
    expect(await right.json()).toEqual({ response_action: "clear" });
    const [row] = await gate.rows<{ inputs_json: string }>(
      "SELECT inputs_json FROM command_checkpoints WHERE id = ?",
      checkpoint,
    );
    expect(JSON.parse(row?.inputs_json ?? "{}")).toEqual({
      version: "1.2.3",
      count: 3,
      ring: "all",
      read_it: true,
    });
  });
});

describe("refused", () => {
  test.each([
    ["forged", {}, { secret: "wrong" }, 401],
    ["unsigned", {}, { signature: "" }, 401],
    ["stale", {}, { shift: -302 }, 401],
    ["from another Slack workspace", { team: "T0OTHER" }, {}, 403],
    ["from a guest of another Slack workspace", { userTeam: "T0OTHER" }, {}, 403],
  ])("%s", async (_name, of, how, status) => {
    const { checkpoint, value } = await asked();
    expect((await interact(blockActions({ action_id: "approve", value }, of), how)).status).toBe(status);
    expect(
      (
        await send(
          gate.url,
          "/slack/commands",
          slash("run noop", of as { team?: string }),
          "userTeam" in of ? { secret: "wrong" } : how,
        )
      ).status,
    ).toBe("userTeam" in of ? 401 : status);
    expect(await votes(checkpoint)).toEqual([]);
  });

  test("replayed: the very same request is taken once, also four at a time", async () => {
    const { checkpoint, value } = await asked({ quorum: 2 });
    const payload = blockActions({ action_id: "approve", value });
    const at = Math.floor(Date.now() / 1000);
    const answers = await Promise.all(Array.from({ length: 4 }, () => interact(payload, { at })));
    const texts = await Promise.all(answers.map(say));
    expect(
      texts.filter((text) => text.startsWith("Refused: this very request was handled already")),
    ).toHaveLength(3);
    expect(texts.filter((text) => text.startsWith("Your vote is counted"))).toHaveLength(1);
    expect(await votes(checkpoint)).toHaveLength(1);
    // The very same bytes both times, its response URL too.
    let same: URLSearchParams | undefined;
    const command = async () =>
      (
        await told((responseUrl) => {
          same ??= slash("run noop", { user: "U_CLEO", nonce: "replayed", responseUrl });
          return send(gate.url, "/slack/commands", same, { at });
        })
      ).text;
    const runs = () => gate.rows("SELECT id FROM workflow_executions WHERE command = 'noop'");
    const before = (await runs()).length;
    expect(await command()).toContain("is started");
    expect(await command()).toContain("handled already");
    expect(await runs()).toHaveLength(before + 1);
    expect((await gate.rows("SELECT * FROM slack_requests")).length).toBeGreaterThan(1);
  });

  test("unmapped: told how to be connected, and nothing happens; an address that Slack has not confirmed maps nobody", async () => {
    const { checkpoint, value } = await asked();
    for (const user of ["U_NOBODY", "U_FAKE"]) {
      const text = await say(
        await interact(
          blockActions(
            { action_id: "approve", value },
            { user, responseUrl: `${slack.origin}/respond/${user}` },
          ),
        ),
      );
      expect(text).toContain("not connected to a person");
      expect(text).toContain("Ask an owner");
      await until("it is said to that person alone", () =>
        slack.responses.some(
          (r) =>
            r.path === `/respond/${user}` &&
            r.body.response_type === "ephemeral" &&
            String(r.body.text).includes("not connected"),
        ),
      );
    }
    expect(await votes(checkpoint)).toEqual([]);
  });

  test("a viewer, and a plan that is not the one shown", async () => {
    const { checkpoint, value } = await asked();
    expect(
      await say(await interact(blockActions({ action_id: "approve", value }, { user: "U_VIC" }))),
    ).toMatch(/role is viewer/);
    const old = JSON.stringify({ checkpoint, digest: "old" });
    expect(await say(await interact(blockActions({ action_id: "approve", value: old })))).toMatch(
      /plan changed/,
    );
    expect(await votes(checkpoint)).toEqual([]);
  });

  test("an empty secret: the service refuses to start", async () => {
    const env = {
      DB: {},
      RUNS: {},
      NOTIFICATIONS: {},
      PUBLIC_URL: "https://tw.example",
      LINK_KEY: "k".repeat(32),
    } as unknown as Env;
    expect(checkEnv(env)).toBe(env);
    for (const wrong of [
      { SLACK_SIGNING_SECRET: "" },
      { SLACK_SIGNING_SECRET: "  " },
      { SLACK_BOT_TOKEN: "xoxb-1", SLACK_TEAM_ID: TEAM },
    ])
      expect(() => checkEnv({ ...env, ...wrong })).toThrow(/approvals cannot start: SLACK_/);
    expect(() => checkEnv({ ...env, SLACK_BOT_TOKEN: "xoxb-1", SLACK_SIGNING_SECRET: SECRET })).toThrow(
      /SLACK_TEAM_ID/,
    );
    await expect(openGate({ slackWebhook: "http://127.0.0.1:1/x", slackSigningSecret: "" })).rejects.toThrow(
      /SLACK_SIGNING_SECRET is empty/,
    );
  });
});

test("somebody who is here with the same address is connected at the first press", async () => {
  const { checkpoint, value } = await asked();
  expect((await interact(blockActions({ action_id: "approve", value }, { user: "U_NEW" }))).status).toBe(200);
  expect((await votes(checkpoint)).map((v) => v.decision)).toEqual(["approve"]);
  expect(await gate.rows("SELECT email FROM users WHERE slack_user_id = 'U_NEW'")).toEqual([
    { email: "owner@example.com" },
  ]);
});

describe("/tw", () => {
  const tw = (text: string, of: Parameters<typeof slash>[1] = {}): Promise<Told> =>
    told((responseUrl) =>
      send(gate.url, "/slack/commands", slash(text, { nonce: String(Math.random()), responseUrl, ...of })),
    );
  const elements = (reply: Told) => reply.blocks.flatMap((b) => b.elements ?? []);

  test("help, and nothing typed, say what there is", async () => {
    for (const text of ["", "help"]) expect(JSON.stringify(await tw(text))).toContain("/tw waiting");
  });

  test("finds commands and starts one with its button, as the person who pressed; the end comes as a message", async () => {
    const reply = await tw("git status", { user: "U_CLEO" });
    expect(JSON.stringify(reply.blocks)).toContain("git-status");
    const noop = await tw("noop", { user: "U_CLEO" });
    const button = elements(noop).find((e) => e.action_id === "start" && e.value?.includes('"noop"'));
    expect(button).toBeDefined();
    const seen = slack.messages.length;
    const start = { action_id: "start", value: button?.value ?? "" };
    const started = await told((responseUrl) =>
      interact(blockActions(start, { user: "U_CLEO", responseUrl })),
    );
    expect(started.text).toContain("*noop* is started");
    const [run] = await gate.rows<{ id: string; requested_by_json: string }>(
      "SELECT id, requested_by_json FROM workflow_executions WHERE command = 'noop' ORDER BY id DESC LIMIT 1",
    );
    expect(JSON.parse(run?.requested_by_json ?? "{}")).toMatchObject({ id: "usr_cleo", type: "person" });
    await until("Cleo is told", () =>
      slack.messages.slice(seen).some((m) => m.channel === "D_CLEO" && m.text.includes("noop succeeded")),
    );
    expect(await gate.rows("SELECT id FROM tokens WHERE user_id = 'usr_cleo'")).toEqual([]);
  });

  test("refuses what the role does not allow, and says what is missing", async () => {
    expect((await tw("run noop", { user: "U_VIC" })).text).toMatch(/was not started.*runs:execute/);
    expect((await tw("run no-such-command", { user: "U_CLEO" })).text).toMatch(/was not started/);
    expect((await tw("run sleep what", { user: "U_CLEO" })).text).toContain("name=value");
    expect((await tw("run noop", { user: "U_NOBODY" })).text).toContain("not connected");
  });

  test("waiting lists what this person may decide, and its buttons decide", async () => {
    const { checkpoint } = await asked({ prompt: "Deploy <!here> & <https://evil.example|x>?" });
    const reply = await tw("waiting");
    expect(JSON.stringify(reply.blocks)).not.toMatch(/<!here>|<https:\/\/evil/);
    const button = elements(reply).find((e) => e.action_id === "approve" && e.value?.includes(checkpoint));
    await interact(blockActions({ action_id: "approve", value: button?.value ?? "" }));
    expect((await votes(checkpoint)).map((v) => v.decision)).toEqual(["approve"]);
    expect(JSON.stringify(await tw("waiting"))).not.toContain(checkpoint);
  });

  test("what takes longer than Slack waits for is answered at once, and what it came to follows", async () => {
    // It is asked what it has installed, and says nothing.
    const silent = await AgentSocket.hello(gate.url, gate.agent.token);
    const responseUrl = `${slack.origin}/told/slow`;
    const answer = await send(
      gate.url,
      "/slack/commands",
      slash("run git-status", { user: "U_CLEO", nonce: "slow", responseUrl }),
    );
    expect(await answer.json()).toMatchObject({ response_type: "ephemeral", text: "Working on it…" });
    const { body } = await until("what follows", () => slack.responses.find((r) => r.path === "/told/slow"));
    expect(body).toMatchObject({
      response_type: "ephemeral",
      text: expect.stringContaining("*git-status* is started"),
    });
    silent.close();
  });
});
