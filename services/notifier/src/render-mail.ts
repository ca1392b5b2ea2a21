/** Letters that ask for a decision, or tell that one was passed by. Pure. */
import { show } from "@tw/shared/approvals/request";
import { cut } from "@tw/shared/approvals/visible";
import { type Block, type Letter, type Mail, renderLetter } from "./mail-layout.ts";
import type { Message } from "./render.ts";

export type { Mail };

const RESULT_CHARS = 200;

/** The mail of a request, a reminder, an escalation, a changed plan or a break-glass alert. */
export function mailOf(m: Message): Mail {
  return renderLetter(m.kind === "break_glass" ? bypassLetter(m) : askLetter(m));
}

function askLetter(m: Message): Letter {
  const q = m.question;
  const note = m.link
    ? "The link is yours alone and works once; opening it decides nothing. Please do not forward it."
    : "You decide in the console.";
  const blocks: Block[] = [
    { kind: "text", text: `${q.requestedBy} asks.${m.why ? ` ${m.why}` : ""}` },
    ...(q.note ? [{ kind: "quote" as const, text: q.note }] : []),
    ...(m.changes.length > 0
      ? [
          { kind: "title" as const, text: "What changed since you were asked" },
          { kind: "changes" as const, rows: m.changes },
        ]
      : []),
    { kind: "title", text: "What will run", tag: m.effect, danger: m.alarming },
    { kind: "code", lines: q.argv.length > 0 ? q.argv : [q.command] },
    ...(q.next.length > 0
      ? [
          { kind: "title" as const, text: "Then, without asking again" },
          { kind: "code" as const, lines: q.next },
        ]
      : []),
    ...(q.results.length > 0
      ? [
          { kind: "title" as const, text: "What has run" },
          { kind: "list" as const, items: resultLines(m) },
        ]
      : []),
    ...(q.rollback.length > 0
      ? [
          { kind: "title" as const, text: "If you reject, these run in this order" },
          {
            kind: "list" as const,
            items: q.rollback.map((r) => `${r.command}${r.step ? ` (undoes ${r.step})` : ""}`),
          },
        ]
      : [{ kind: "text" as const, text: "If you reject, the run ends; nothing has to be undone." }]),
    {
      kind: "button",
      label: m.link ? "Read and decide" : "Open in the console",
      url: m.link ?? m.console,
      note,
    },
    { kind: "small", text: `${m.expiry}${m.required > 1 ? ` ${m.required} people have to approve.` : ""}` },
  ];
  return {
    subject: m.subject,
    preview: `${q.requestedBy} asks. ${m.effect}: ${q.argv[0] ?? q.command}`,
    workspace: m.workspace,
    about: ABOUT[m.kind] ?? "approval",
    heading: q.prompt,
    tone: "ask",
    blocks,
    footer: `You get this because you may decide this checkpoint in ${m.workspace}.`,
  };
}

const ABOUT: { [kind: string]: string | undefined } = {
  reminder: "reminder",
  escalation: "approval, escalated to you",
  changed: "approval, asked again",
};

function bypassLetter(m: Message): Letter {
  const q = m.question;
  const who = m.bypass?.by ?? "Somebody";
  return {
    subject: m.subject,
    preview: `${who} went past this checkpoint: ${m.bypass?.reason ?? "no reason given"}`,
    workspace: m.workspace,
    about: "break-glass",
    heading: `${who} went past an approval`,
    tone: "bad",
    blocks: [
      {
        kind: "alert",
        text: `The checkpoint “${q.prompt}” was passed without the approval it asks for. What is behind it runs or has run.`,
      },
      { kind: "title", text: "The reason given" },
      { kind: "quote", text: m.bypass?.reason ?? "none" },
      { kind: "title", text: "What was let through", tag: m.effect, danger: m.alarming },
      { kind: "code", lines: q.argv.length > 0 ? q.argv : [q.command] },
      {
        kind: "button",
        label: "Review it",
        url: m.console,
        note: "It is listed for review until somebody has looked at it.",
      },
    ],
    footer: `You get this because bypassed approvals in ${m.workspace} are told to the people who may decide them.`,
  };
}

function resultLines(m: Message): string[] {
  return m.question.results.map((r) => {
    const outputs = Object.entries(r.outputs ?? {})
      .map(([name, value]) => `${name}=${show(value)}`)
      .join(", ");
    return cut(`${r.step}: ${r.status}${outputs ? ` (${outputs})` : ""}`, RESULT_CHARS);
  });
}
