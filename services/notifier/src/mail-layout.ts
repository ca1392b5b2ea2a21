/**
 * A letter as text and HTML from one list of blocks, so that neither says more than the other. The HTML is tables with inline
 * styles, needs no picture and no script, turns dark where the reader does, and stays below what Gmail shows whole. Pure.
 */
import { cut, escapeHtml, oneLine, visible } from "@tw/shared/approvals/visible";

export interface Mail {
  subject: string;
  text: string;
  html: string;
}

export type Block =
  | { kind: "text"; text: string }
  | { kind: "small"; text: string }
  | { kind: "title"; text: string; tag?: string; danger?: boolean }
  | { kind: "quote"; text: string }
  | { kind: "alert"; text: string }
  | { kind: "code"; lines: string[] }
  | { kind: "list"; items: string[] }
  | { kind: "changes"; rows: { what: string; before: string; after: string }[] }
  | { kind: "button"; label: string; url: string; note: string };

export interface Letter {
  subject: string;
  /** What a list of mails shows beside the subject. */
  preview: string;
  workspace: string;
  /** What sort of mail it is, in a word or two. */
  about: string;
  heading: string;
  tone: "ask" | "good" | "bad" | "plain";
  blocks: Block[];
  /** Why this person got it. */
  footer: string;
}

/** Gmail cuts a mail's HTML at 102 KB. */
const HTML_BYTES = 100_000;
const SUBJECT_CHARS = 120;
/** Characters of one line, and lines of one block; both are halved until the whole fits. */
const LINE_CHARS = 2_000;
const LINES = 40;

export function renderLetter(letter: Letter): Mail {
  const subject = oneLine(letter.subject, SUBJECT_CHARS);
  for (let shrink = 1; ; shrink *= 2) {
    const bounds = {
      chars: Math.max(40, Math.floor(LINE_CHARS / shrink)),
      lines: Math.max(3, Math.floor(LINES / shrink)),
    };
    const html = htmlOf(letter, subject, bounds);
    if (new TextEncoder().encode(html).length <= HTML_BYTES || shrink >= 64)
      return { subject, text: textOf(letter, bounds), html };
  }
}

interface Bounds {
  chars: number;
  lines: number;
}

/** At most so many, and a line that says how many more there are. */
function bounded<T>(items: T[], bounds: Bounds): { shown: T[]; more: number } {
  const fits = items.length <= bounds.lines;
  return {
    shown: fits ? items : items.slice(0, bounds.lines - 1),
    more: fits ? 0 : items.length - bounds.lines + 1,
  };
}

function say(text: string, bounds: Bounds): string {
  return visible(cut(text, bounds.chars), { lines: true });
}

function textOf(letter: Letter, bounds: Bounds): string {
  const indent = (text: string): string => text.replaceAll("\n", "\n    ");
  const part = (block: Block): string => {
    switch (block.kind) {
      case "text":
      case "small":
        return say(block.text, bounds);
      case "alert":
        return `! ${say(block.text, bounds)}`;
      case "title":
        return `${say(block.text, bounds)}${block.tag ? ` (${block.tag})` : ""}:`;
      case "quote":
        return `  “${say(block.text, bounds).replaceAll("\n", "\n  ")}”`;
      case "code": {
        const { shown, more } = bounded(block.lines, bounds);
        return [
          ...shown.map((line) => `    ${indent(say(line, bounds))}`),
          ...(more ? [`    … and ${more} more`] : []),
        ].join("\n");
      }
      case "list": {
        const { shown, more } = bounded(block.items, bounds);
        return [
          ...shown.map((item) => `  - ${say(item, bounds)}`),
          ...(more ? [`  … and ${more} more`] : []),
        ].join("\n");
      }
      case "changes": {
        const { shown, more } = bounded(block.rows, bounds);
        return [
          ...shown.map(
            (r) =>
              `  ${say(r.what, bounds)}\n    before: ${indent(say(r.before, bounds))}\n    now:    ${indent(say(r.after, bounds))}`,
          ),
          ...(more ? [`  … and ${more} more`] : []),
        ].join("\n");
      }
      case "button":
        return `${block.note ? `${say(block.note, bounds)}\n\n` : ""}${block.label}:\n${block.url}`;
    }
  };
  const parts = [
    say(letter.heading, bounds),
    ...letter.blocks.map(part),
    `-- \n${say(letter.footer, bounds)}`,
  ];
  return `${parts.filter((one) => one !== "").join("\n\n")}\n`;
}

/** Words that fit into a line on a phone stay whole: a flag cut at its hyphen reads like another one. */
function unbroken(html: string): string {
  return html.replace(/(?<=^|[ >])[^ <>]*-[^ <>]*(?=$|[ <])/g, (word) =>
    word.length <= 32 ? `<span style="white-space:nowrap">${word}</span>` : word,
  );
}

const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";
const TONES = { ask: "#1d5fd1", good: "#1a7f4b", bad: "#b3261e", plain: "#625e57" } as const;
/** Only for readers that honour it; without it the light colours stand, each with its own background. */
const DARK = `@media (prefers-color-scheme:dark){.bg{background:#191816!important}.card{background:#242220!important;border-right-color:#3a3733!important;border-bottom-color:#3a3733!important;border-left-color:#3a3733!important}.ink{color:#f1eee8!important}.soft{color:#b5afa4!important}.box{background:#1b1a18!important;border-color:#3a3733!important;color:#f1eee8!important}.red{color:#ff8a80!important}.green{color:#7fd6a4!important}.warn{background:#3a1d1b!important;border-color:#8c3a34!important;color:#ffd9d5!important}.line{border-color:#3a3733!important}}@media (max-width:480px){.pad{padding:20px 18px!important}.wide{display:block!important;text-align:center!important}}`;

function htmlOf(letter: Letter, subject: string, bounds: Bounds): string {
  const e = (text: string): string => escapeHtml(say(text, bounds)).replaceAll("\n", "<br>");
  const row = (inner: string, space = 16): string =>
    `<tr><td style="padding:0 0 ${space}px">${inner}</td></tr>`;
  const p = (inner: string, style: string, kind: string): string =>
    `<p class="${kind}" style="margin:0;${style};word-break:break-word;overflow-wrap:anywhere">${inner}</p>`;
  const ink = `${FONT};font-size:16px;line-height:24px;color:#1c1b19`;
  const soft = `${FONT};font-size:14px;line-height:21px;color:#625e57`;
  const more = (count: number): string => (count > 0 ? `<br>… and ${count} more` : "");
  const part = (block: Block): string => {
    switch (block.kind) {
      case "text":
        return row(p(e(block.text), ink, "ink"));
      case "small":
        return row(p(e(block.text), soft, "soft"));
      case "alert":
        return row(
          `<div class="warn" style="${ink};background:#fdeceb;border:1px solid #e5a19c;border-radius:8px;padding:12px 14px;word-break:break-word">${e(block.text)}</div>`,
        );
      case "title": {
        const tag = block.tag
          ? ` <span class="${block.danger ? "red" : "soft"}" style="font-weight:400;color:${block.danger ? "#b3261e" : "#625e57"}">· ${e(block.tag)}</span>`
          : "";
        return row(p(`${e(block.text)}${tag}`, `${ink};font-weight:600`, "ink"), 8);
      }
      case "quote":
        return row(
          `<div class="ink line" style="${ink};border-left:3px solid #d9d4ca;padding:2px 0 2px 14px;word-break:break-word">${e(block.text)}</div>`,
        );
      case "code": {
        const { shown, more: left } = bounded(block.lines, bounds);
        return row(
          `<div class="box" style="${MONO};font-size:13px;line-height:20px;color:#1c1b19;background:#f4f2ed;border:1px solid #e2ded6;border-radius:8px;padding:12px 14px;white-space:pre-wrap;word-break:break-word;overflow-wrap:anywhere">${shown.map((line) => unbroken(e(line))).join("<br>")}${more(left)}</div>`,
          20,
        );
      }
      case "list": {
        const { shown, more: left } = bounded(block.items, bounds);
        return row(
          `<ul class="ink" style="${ink};margin:0;padding:0 0 0 20px">${shown.map((item) => `<li style="margin:0 0 4px;word-break:break-word;overflow-wrap:anywhere">${e(item)}</li>`).join("")}</ul>${left > 0 ? p(`… and ${left} more`, soft, "soft") : ""}`,
          20,
        );
      }
      case "changes": {
        const { shown, more: left } = bounded(block.rows, bounds);
        const one = ({ what, before, after }: { what: string; before: string; after: string }): string =>
          `<div class="box" style="${MONO};font-size:13px;line-height:20px;color:#1c1b19;background:#f4f2ed;border:1px solid #e2ded6;border-radius:8px;padding:10px 14px;margin:0 0 8px;word-break:break-word;overflow-wrap:anywhere"><b style="${FONT}">${e(what)}</b><br><span class="red" style="color:#b3261e">− ${e(before)}</span><br><span class="green" style="color:#1a7f4b">+ ${e(after)}</span></div>`;
        return row(`${shown.map(one).join("")}${left > 0 ? p(`… and ${left} more`, soft, "soft") : ""}`, 12);
      }
      case "button":
        return (
          row(
            `<table role="presentation" cellpadding="0" cellspacing="0" border="0" class="wide"><tr><td class="wide" align="center" bgcolor="#1d5fd1" style="border-radius:8px;background:#1d5fd1"><a class="wide" href="${escapeHtml(block.url)}" style="display:inline-block;${FONT};font-size:16px;line-height:20px;font-weight:600;color:#ffffff;text-decoration:none;padding:14px 26px;border:1px solid #1d5fd1;border-radius:8px">${e(block.label)}</a></td></tr></table>`,
            block.note ? 12 : 20,
          ) + (block.note ? row(p(e(block.note), soft, "soft"), 20) : "")
        );
    }
  };
  const hidden = escapeHtml(oneLine(letter.preview, 140));
  // Characters without width keep the list from showing the body after the preview.
  const filler = "&#847;&#8199;&#65279;".repeat(30);
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escapeHtml(subject)}</title><style>${DARK}</style></head>`,
    `<body class="bg" style="margin:0;padding:0;background:#f4f2ee"><div style="display:none;max-height:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px">${hidden}${filler}</div>`,
    `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="bg" bgcolor="#f4f2ee" style="background:#f4f2ee"><tr><td align="center" style="padding:20px 10px">`,
    `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="card" bgcolor="#ffffff" style="max-width:600px;background:#ffffff;border:1px solid #e2ded6;border-top:4px solid ${TONES[letter.tone]};border-radius:10px;border-collapse:separate"><tr><td class="pad" style="padding:28px 32px">`,
    `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed">`,
    row(p(`<b>${e(oneLine(letter.workspace, 80))}</b> · ${e(letter.about)}`, soft, "soft"), 12),
    row(
      `<h1 class="ink" style="margin:0;${FONT};font-size:22px;line-height:29px;font-weight:700;color:#1c1b19;word-break:break-word;overflow-wrap:anywhere">${e(letter.heading)}</h1>`,
    ),
    ...letter.blocks.map(part),
    `<tr><td class="line" style="border-top:1px solid #e2ded6;padding:16px 0 0">${p(e(letter.footer), `${FONT};font-size:13px;line-height:19px;color:#625e57`, "soft")}</td></tr>`,
    `</table></td></tr></table></td></tr></table></body></html>`,
  ].join("\n");
}
