/** Slack's markup, with nothing of others left to interpret: no mentions, no links, no formatting. Pure. */
import { cut, visible } from "./visible.ts";

/** Text inside a `mrkdwn` block. Slack asks for three escapes; the rest is kept from becoming formatting. */
export function slackText(text: string, max: number): string {
  return escaped(cut(visible(text, { lines: true }), max)).replace(
    /[*_~`]/g,
    (char) => `\u2060${char}\u2060`,
  );
}

/** A block of code: back-ticks cannot end it. */
export function slackCode(text: string, max: number): string {
  const safe = escaped(cut(visible(text, { lines: true }), max)).replaceAll("`", "ˋ");
  return `\`\`\`${safe === "" ? " " : safe}\`\`\``;
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[char] ?? char);
}
