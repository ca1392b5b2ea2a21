/** What Slack sends us, in the shapes its documentation shows, signed as it signs. */
import { createHmac } from "node:crypto";

export const SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
export const TEAM = "T012AB3C4";

/** A press of a button, as "block_actions payload" of Slack's reference shows it. */
export function blockActions(
  action: { action_id: string; value?: string },
  of: { user?: string; team?: string; responseUrl?: string; trigger?: string; userTeam?: string } = {},
): object {
  return {
    type: "block_actions",
    user: { id: of.user ?? "U_BEA", username: "bea", name: "bea", team_id: of.userTeam ?? of.team ?? TEAM },
    api_app_id: "A012ABCDE",
    token: "Shh_its_a_seekrit",
    container: {
      type: "message",
      message_ts: "1790000001.000100",
      channel_id: "C0RELEASE",
      is_ephemeral: false,
    },
    trigger_id: of.trigger ?? "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3",
    team: { id: of.team ?? TEAM, domain: "example-works" },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: "C0RELEASE", name: "releases" },
    message: {
      bot_id: "B0123",
      type: "message",
      text: "Approval needed",
      user: "U0BOT",
      ts: "1790000001.000100",
    },
    state: { values: {} },
    response_url: of.responseUrl ?? "https://hooks.slack.com.evil.example/actions",
    actions: [
      {
        type: "button",
        block_id: "decide",
        text: { type: "plain_text", text: "Approve", emoji: true },
        style: "primary",
        action_ts: "1790000002.123456",
        ...action,
      },
    ],
  };
}

/** A modal that was sent, as "view_submission payload" shows it. */
export function viewSubmission(
  view: {
    callback_id: string;
    private_metadata: string;
    values: { [block: string]: { [action: string]: object } };
  },
  of: { user?: string; team?: string } = {},
): object {
  return {
    type: "view_submission",
    team: { id: of.team ?? TEAM, domain: "example-works" },
    user: { id: of.user ?? "U_BEA", username: "bea", name: "bea", team_id: of.team ?? TEAM },
    api_app_id: "A012ABCDE",
    token: "Shh_its_a_seekrit",
    trigger_id: "12321423423.333649436676.0000000000000000000000000000ffff",
    view: {
      id: "VNHU13V36",
      team_id: of.team ?? TEAM,
      type: "modal",
      blocks: [],
      hash: "1790000003.xyz",
      title: { type: "plain_text", text: "Approve", emoji: true },
      callback_id: view.callback_id,
      private_metadata: view.private_metadata,
      state: { values: view.values },
      root_view_id: "VNHU13V36",
      previous_view_id: null,
      app_id: "A012ABCDE",
      bot_id: "B0123",
    },
    response_urls: [],
    is_enterprise_install: false,
    enterprise: null,
  };
}

/** A slash command, as "Slash commands: app command invocation" shows it. */
export function slash(
  text: string,
  of: { user?: string; team?: string; responseUrl?: string; nonce?: string } = {},
): URLSearchParams {
  return new URLSearchParams({
    token: "gIkuvaNzQIHg97ATvDxqgjtO",
    team_id: of.team ?? TEAM,
    team_domain: "example-works",
    channel_id: "C0RELEASE",
    channel_name: "releases",
    user_id: of.user ?? "U_BEA",
    user_name: "bea",
    command: "/tw",
    text,
    api_app_id: "A012ABCDE",
    is_enterprise_install: "false",
    response_url: of.responseUrl ?? "https://hooks.slack.com.evil.example/commands/1234/5678",
    trigger_id: of.nonce ?? "13345224609.738474920.8088930838d88f008e0",
  });
}

export interface Signing {
  secret?: string;
  /** Seconds from now. */
  shift?: number;
  /** When it was signed, in seconds: the same for two makes them the very same request. */
  at?: number;
  signature?: string;
}

/** Sends it to the workspace as Slack would. */
export function send(
  url: string,
  path: "/slack/interactions" | "/slack/commands",
  content: object | URLSearchParams,
  how: Signing = {},
): Promise<Response> {
  const body = (
    content instanceof URLSearchParams ? content : new URLSearchParams({ payload: JSON.stringify(content) })
  ).toString();
  const at = how.at ?? Math.floor(Date.now() / 1000) + (how.shift ?? 0);
  const signature =
    how.signature ??
    `v0=${createHmac("sha256", how.secret ?? SECRET)
      .update(`v0:${at}:${body}`)
      .digest("hex")}`;
  return fetch(`${url}${path}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": String(at),
      "x-slack-signature": signature,
    },
  });
}
