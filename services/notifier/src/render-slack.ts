/** A message as Slack blocks. Everything of others is escaped, so that no name, note or argument can mention, link or format. Pure. */
import { slackCode, slackText } from "@tw/shared/approvals/slack-text";
import { oneLine } from "@tw/shared/approvals/visible";
import type { Message } from "./render.ts";

type Block = { [key: string]: unknown };

/** Slack's own limits: 150 characters of a header, 3,000 of a section, 75 of a button, 2,000 of its value. */
const HEADER = 150;
const SECTION = 2_600;
const BUTTON = 75;

/** The body of an incoming webhook. `buttons`: presses come back to us only when Slack can reach and sign to us. */
export function slackOf(m: Message, buttons: boolean): { text: string; blocks: Block[] } {
  const q = m.question;
  const facts = [
    `*${slackText(q.requestedBy, 80)}* asks. ${slackText(m.effect, 80)}.`,
    q.note ? `> ${slackText(q.note, 500).replaceAll("\n", "\n> ")}` : "",
  ];
  const undo =
    q.rollback.length > 0
      ? `On rejection, in this order: ${q.rollback.map((r) => slackText(r.command, 60)).join(", ")}`
      : "On rejection the run ends; nothing has to be undone.";
  const value = JSON.stringify({ checkpoint: m.checkpoint.id, digest: m.checkpoint.planDigest });
  const press = (id: "approve" | "reject", label: string, style: string): Block => ({
    type: "button",
    action_id: id,
    style,
    text: { type: "plain_text", text: oneLine(label, BUTTON) },
    value,
  });
  const withForm = m.checkpoint.form.length > 0;
  const elements: Block[] = [
    ...(buttons && !withForm
      ? [press("approve", m.choices.approve, "primary"), press("reject", m.choices.reject, "danger")]
      : []),
    {
      type: "button",
      action_id: "open",
      text: { type: "plain_text", text: withForm ? "Fill in and decide" : "Read and decide" },
      url: m.link ?? m.console,
    },
  ];
  const blocks: Block[] = [
    { type: "header", text: { type: "plain_text", text: oneLine(q.prompt, HEADER) } },
    section(facts.filter((fact) => fact !== "").join("\n")),
    section(slackCode((q.argv.length > 0 ? q.argv : [q.command]).join("\n"), SECTION)),
    section(slackText(undo, SECTION)),
    { type: "actions", block_id: "decide", elements },
    {
      type: "context",
      elements: [
        {
          type: "mrkdwn",
          text: `${slackText(m.expiry, 200)}${m.required > 1 ? ` ${m.required} people have to approve.` : ""}`,
        },
      ],
    },
  ];
  return { text: slackText(m.subject, 300), blocks };
}

function section(text: string): Block {
  return { type: "section", text: { type: "mrkdwn", text: text.slice(0, 3_000) } };
}
