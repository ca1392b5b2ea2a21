/** The mail to somebody whose run had to wait for others: how it ended. Pure. */
import { cut, escapeHtml, oneLine, utc, visible } from "@tw/shared/approvals/visible";
import type { Due } from "@tw/shared/db/notifications";
import type { Mail } from "./render-mail.ts";

const SUBJECT_CHARS = 120;
const TEXT_CHARS = 2_000;
const SHAPES: Record<string, string> = { succeeded: "✓", failed: "✕", rejected: "✕", cancelled: "–" };

export function endMailOf(due: Pick<Due, "run" | "tenantName">, publicUrl: string): Mail {
  const { run } = due;
  const shape = SHAPES[run.status] ?? "•";
  const url = `${publicUrl.replace(/\/+$/, "")}/runs/${encodeURIComponent(run.id)}`;
  const say = (text: string): string => visible(cut(text, TEXT_CHARS), { lines: true });
  const lines = [
    `${say(run.command)} ${run.status}${run.finishedAt === null ? "" : ` at ${utc(run.finishedAt)}`}.`,
    ...run.decisions.map((d) => {
      const who = d.by === null ? "" : ` by ${say(d.by)}`;
      return `${say(d.prompt)} ${d.status}${who}${d.comment ? `: “${say(d.comment)}”` : ""}`;
    }),
    ...(run.error ? [say(run.error)] : []),
    ...(ROLLBACK_WORDS[run.rollback] ? [ROLLBACK_WORDS[run.rollback] as string] : []),
  ];
  const e = (text: string): string => escapeHtml(text).replaceAll("\n", "<br>");
  return {
    subject: oneLine(`${shape} ${run.command} ${run.status}`, SUBJECT_CHARS),
    text: `${lines.join("\n\n")}\n\n${url}\n`,
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"></head><body style="margin:0;background:#fbfaf8"><div style="max-width:640px;margin:0 auto;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;color:#1c1b19"><p style="margin:0 0 16px;font-size:14px;color:#625e57"><b style="color:#1c1b19">${e(oneLine(due.tenantName, 80))}</b> · run</p><h1 style="margin:0 0 16px;font-size:24px;line-height:1.25">${e(`${shape} ${say(run.command)} ${run.status}`)}</h1>${lines.map((line) => `<p style="margin:0 0 12px;word-break:break-word">${e(line)}</p>`).join("")}<p style="margin:20px 0 0"><a href="${escapeHtml(url)}" style="color:#1d5fd1">Open the run</a></p></div></body></html>`,
  };
}

const ROLLBACK_WORDS: Record<string, string | undefined> = {
  succeeded: "What had been done was rolled back.",
  failed: "The rollback did not finish: the run says what is left undone.",
};
