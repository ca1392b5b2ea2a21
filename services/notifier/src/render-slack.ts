/** A message as Slack blocks. Everything of others is escaped, so that no name, note or argument can mention, link or format. Pure. */
import type { ActionsBlockElement, Button, KnownBlock } from "@slack/types";
import { slackCode, slackText } from "@tw/shared/approvals/slack-text";
import { oneLine } from "@tw/shared/approvals/visible";
import type { Message } from "./render.ts";

/** Slack's own limits: 150 characters of a header, 3,000 of a section, 75 of a button, 2,000 of its value. */
const HEADER = 150;
const SECTION = 2_600;
const BUTTON = 75;

export interface SlackMessage {
  /** For notifications and readers without blocks. */
  text: string;
  blocks: KnownBlock[];
}

/**
 * The message that asks. `buttons`: presses come back to us only when Slack can reach and sign to us; with `modals` (a bot
 * token) a form is filled in there too.
 */
export function slackOf(m: Message, buttons: boolean, modals = false): SlackMessage {
  const q = m.question;
  if (m.kind === "break_glass") return bypassOf(m);
  const facts = [
    `*${slackText(q.requestedBy, 80)}* asks. ${slackText(m.effect, 80)}.${m.why ? ` ${slackText(m.why, 500)}` : ""}`,
    q.note ? `> ${slackText(q.note, 500).replaceAll("\n", "\n> ")}` : "",
  ];
  const undo =
    q.rollback.length > 0
      ? `On rejection, in this order: ${q.rollback.map((r) => slackText(r.command, 60)).join(", ")}`
      : "On rejection the run ends; nothing has to be undone.";
  const value = JSON.stringify({ checkpoint: m.checkpoint.id, digest: m.checkpoint.planDigest });
  const press = (id: "approve" | "reject", label: string, style: "primary" | "danger"): Button => ({
    type: "button",
    action_id: id,
    style,
    text: { type: "plain_text", text: oneLine(label, BUTTON) },
    value,
  });
  const withForm = m.checkpoint.form.length > 0;
  const elements: ActionsBlockElement[] = [
    ...(buttons && (!withForm || modals)
      ? [press("approve", m.choices.approve, "primary"), press("reject", m.choices.reject, "danger")]
      : []),
    {
      type: "button",
      action_id: "open",
      text: { type: "plain_text", text: withForm && !modals ? "Fill in and decide" : "Read and decide" },
      url: m.link ?? m.console,
    },
  ];
  const changes = m.changes
    .slice(0, 10)
    .map((c) => `${c.what}\n- ${c.before}\n+ ${c.after}`)
    .join("\n");
  const blocks: KnownBlock[] = [
    { type: "header", text: { type: "plain_text", text: oneLine(q.prompt, HEADER) || "Approval needed" } },
    section(facts.filter((fact) => fact !== "").join("\n")),
    ...(changes ? [section(slackCode(changes, SECTION))] : []),
    section(slackCode((q.argv.length > 0 ? q.argv : [q.command]).join("\n"), SECTION)),
    section(slackText(undo, SECTION)),
    { type: "actions", block_id: "decide", elements },
    context(`${slackText(m.expiry, 200)}${m.required > 1 ? ` ${m.required} people have to approve.` : ""}`),
  ];
  return { text: slackText(m.subject, 300), blocks };
}

function bypassOf(m: Message): SlackMessage {
  const q = m.question;
  return {
    text: slackText(m.subject, 300),
    blocks: [
      {
        type: "header",
        text: { type: "plain_text", text: oneLine(`Approval bypassed: ${q.prompt}`, HEADER) },
      },
      section(
        `*${slackText(m.bypass?.by ?? "Somebody", 80)}* went past it. The reason given:\n> ${slackText(m.bypass?.reason ?? "none", 1000).replaceAll("\n", "\n> ")}`,
      ),
      section(slackCode((q.argv.length > 0 ? q.argv : [q.command]).join("\n"), SECTION)),
      {
        type: "actions",
        elements: [
          {
            type: "button",
            action_id: "open",
            style: "danger",
            text: { type: "plain_text", text: "Review it" },
            url: m.console,
          },
        ],
      },
    ],
  };
}

/** What a message that asked shows once there is nothing left to press. */
export function settledOf(
  m: Message,
  outcome: { shape: string; words: string },
  runUrl: string,
): SlackMessage {
  const q = m.question;
  return {
    text: slackText(`${outcome.shape} ${q.prompt}: ${outcome.words}`, 300),
    blocks: [
      { type: "header", text: { type: "plain_text", text: oneLine(`${outcome.shape} ${q.prompt}`, HEADER) } },
      section(slackText(outcome.words, 1500)),
      section(slackCode((q.argv.length > 0 ? q.argv : [q.command]).join("\n"), 600)),
      context(`*${slackText(q.requestedBy, 80)}* asked. <${runUrl}|Open the run>`),
    ],
  };
}

/** The run as far as it has come; `runUrl` is ours. */
export function progressOf(
  run: {
    command: string;
    status: string;
    steps: { id: string; status: string; error: { message: string } | null }[];
  },
  runUrl: string,
): SlackMessage {
  const shapes: { [status: string]: string | undefined } = {
    succeeded: "✓",
    failed: "✕",
    cancelled: "–",
    skipped: "–",
    running: "▸",
    waiting: "⏸",
    unknown: "?",
  };
  const lines = run.steps.slice(0, 40).map((step) => {
    const error = step.error ? `: ${slackText(step.error.message, 200)}` : "";
    return `${shapes[step.status] ?? "·"} ${slackText(step.id, 80)}${step.status === "succeeded" ? "" : ` ${step.status}`}${error}`;
  });
  if (run.steps.length > 40) lines.push(`… and ${run.steps.length - 40} more`);
  const head = `*${slackText(run.command, 80)}* ${run.status.replace("_", " ")} · <${runUrl}|open>`;
  return {
    text: slackText(`${run.command} ${run.status}`, 300),
    blocks: [section(`${head}\n${lines.join("\n")}`)],
  };
}

/** How a run ended. */
export function finishedOf(
  end: { shape: string; command: string; status: string; lines: string[] },
  runUrl: string,
): SlackMessage {
  const body = end.lines.map((line) => slackText(line, 600)).join("\n");
  const head = `${end.shape} *${slackText(end.command, 80)}* ${end.status} · <${runUrl}|open>`;
  return {
    text: slackText(`${end.shape} ${end.command} ${end.status}`, 300),
    blocks: [section(`${head}${body ? `\n${body}` : ""}`)],
  };
}

function section(text: string): KnownBlock {
  return { type: "section", text: { type: "mrkdwn", text: text.slice(0, 3_000) } };
}
function context(text: string): KnownBlock {
  return { type: "context", elements: [{ type: "mrkdwn", text: text.slice(0, 2_000) }] };
}
