/** A message as e-mail: text for every reader, HTML that needs no picture, script or style sheet. Pure. */
import { show } from "@tw/shared/approvals/request";
import { cut, duration, escapeHtml, visible } from "@tw/shared/approvals/visible";
import type { Message } from "./render.ts";

export interface Mail {
  subject: string;
  text: string;
  html: string;
}

const LINE_CHARS = 2_000;
const RESULT_CHARS = 200;

export function mailOf(m: Message): Mail {
  return { subject: m.subject, text: textOf(m), html: htmlOf(m) };
}

function textOf(m: Message): string {
  const q = m.question;
  const block = (text: string): string =>
    visible(cut(text, LINE_CHARS), { lines: true }).replaceAll("\n", "\n    ");
  const parts = [
    `${visible(q.prompt, { lines: true })}`,
    `${visible(q.requestedBy)} asks in ${m.workspace}.${q.note ? `\n\n  “${visible(q.note, { lines: true })}”` : ""}`,
    `What will run (${m.effect}):\n\n${(q.argv.length > 0 ? q.argv : [q.command]).map((line) => `    ${block(line)}`).join("\n")}`,
    q.next.length > 0
      ? `Then, without asking again:\n\n${q.next.map((line) => `    ${block(line)}`).join("\n")}`
      : "",
    q.results.length > 0
      ? `What has run:\n\n${resultLines(m)
          .map((line) => `  - ${line}`)
          .join("\n")}`
      : "",
    q.rollback.length > 0
      ? `If you reject, these run in this order:\n\n${q.rollback.map((r) => `  - ${visible(r.command)} (undoes ${visible(r.step)})`).join("\n")}`
      : "If you reject, the run ends; nothing has to be undone.",
    m.link
      ? `Read it and decide here. The link is yours alone and works once; opening it decides nothing:\n\n${m.link}`
      : `Decide in the console:\n\n${m.console}`,
    `${m.expiry}${m.required > 1 ? ` ${m.required} people have to approve.` : ""}`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function resultLines(m: Message): string[] {
  return m.question.results.map((r) => {
    const outputs = Object.entries(r.outputs ?? {})
      .map(([name, value]) => `${name}=${show(value)}`)
      .join(", ");
    return visible(cut(`${r.step}: ${r.status}${outputs ? ` (${outputs})` : ""}`, RESULT_CHARS));
  });
}

const INK = "color:#1c1b19";
const SOFT = "color:#625e57";
const MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:14px";
const RULE = "border:0;border-top:1px solid #e2ded6;margin:20px 0";

function htmlOf(m: Message): string {
  const q = m.question;
  const e = (text: string): string => escapeHtml(visible(text, { lines: true }));
  const heading = (text: string): string => `<p style="margin:0 0 8px;font-weight:600;${INK}">${e(text)}</p>`;
  const code = (lines: string[]): string =>
    `<div style="${MONO};background:#f4f2ed;border:1px solid #e2ded6;border-radius:8px;padding:12px 14px;white-space:pre-wrap;word-break:break-word;${INK}">${lines.map((line) => e(cut(line, LINE_CHARS))).join("<br>")}</div>`;
  const list = (lines: string[]): string =>
    `<ul style="margin:0;padding-left:20px;${INK}">${lines.map((line) => `<li style="margin:0 0 4px;word-break:break-word">${e(line)}</li>`).join("")}</ul>`;
  const target = m.link ?? m.console;
  const label = m.link ? "Read and decide" : "Open in the console";
  const left =
    m.checkpoint.expiresAt === null
      ? ""
      : ` · ${duration(m.checkpoint.expiresAt - m.checkpoint.createdAt)} to decide`;
  const body = [
    `<p style="margin:0 0 16px;font-size:14px;${SOFT}"><b style="${INK}">${e(m.workspace)}</b> · approval${e(left)}</p>`,
    `<h1 style="margin:0 0 8px;font-size:24px;line-height:1.25;${INK}">${e(q.prompt).replaceAll("\n", "<br>")}</h1>`,
    `<p style="margin:0 0 20px;${SOFT}"><b style="${INK}">${e(q.requestedBy)}</b> asks.</p>`,
    q.note
      ? `<p style="margin:0 0 20px;padding-left:14px;border-left:3px solid #e2ded6;white-space:pre-wrap;${INK}">${e(q.note)}</p>`
      : "",
    `<p style="margin:0 0 8px;font-weight:600;${INK}">What will run · <span style="color:${q.effect === "destructive" ? "#b3261e" : "#625e57"}">${e(m.effect)}</span></p>`,
    code(q.argv.length > 0 ? q.argv : [q.command]),
    q.next.length > 0 ? `<hr style="${RULE}">${heading("Then, without asking again")}${code(q.next)}` : "",
    q.results.length > 0 ? `<hr style="${RULE}">${heading("What has run")}${list(resultLines(m))}` : "",
    `<hr style="${RULE}">${heading("If you reject")}`,
    q.rollback.length > 0
      ? list(q.rollback.map((r) => `${r.command} (undoes ${r.step})`))
      : `<p style="margin:0;${INK}">The run ends; nothing has to be undone.</p>`,
    `<hr style="${RULE}"><p style="margin:0 0 16px"><a href="${escapeHtml(target)}" style="display:inline-block;background:#1d5fd1;color:#ffffff;text-decoration:none;font-weight:600;padding:14px 24px;border-radius:10px">${label}</a></p>`,
    `<p style="margin:0;font-size:14px;${SOFT}">${m.link ? "The link is yours alone and works once; opening it decides nothing. " : ""}${e(m.expiry)}${m.required > 1 ? ` ${m.required} people have to approve.` : ""}</p>`,
  ];
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${e(m.subject)}</title></head><body style="margin:0;background:#fbfaf8"><div style="max-width:640px;margin:0 auto;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif">${body.join("\n")}</div></body></html>`;
}
