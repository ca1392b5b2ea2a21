/** Colours of a terminal as spans of text. Never HTML. */
import Anser from "anser";
import type { Span } from "./log-buffer.ts";

/** anser's names for the sixteen colours, as tokens that can be read in both themes. */
const NAMES: { [name: string]: string } = {
  "ansi-black": "var(--text)",
  "ansi-red": "var(--bad)",
  "ansi-green": "var(--ok)",
  "ansi-yellow": "var(--warn)",
  "ansi-blue": "var(--accent)",
  "ansi-magenta": "light-dark(#8b2f8f, #dc9ae0)",
  "ansi-cyan": "light-dark(#0b6b78, #6fc7d3)",
  "ansi-white": "var(--text)",
  "ansi-bright-black": "var(--faint)",
  "ansi-bright-red": "var(--bad)",
  "ansi-bright-green": "var(--ok)",
  "ansi-bright-yellow": "var(--warn)",
  "ansi-bright-blue": "var(--accent)",
  "ansi-bright-magenta": "light-dark(#8b2f8f, #dc9ae0)",
  "ansi-bright-cyan": "light-dark(#0b6b78, #6fc7d3)",
  "ansi-bright-white": "var(--text)",
};

export function spansOf(text: string, carried: string): Span[] {
  if (!text.includes("\u001b") && carried === "") return [{ text }];
  const parts = Anser.ansiToJson(carried + text, { json: true, remove_empty: true, use_classes: true });
  return parts.map((part) => {
    const has = (name: string) => part.decorations?.includes(name as never) ?? false;
    return {
      text: part.content,
      ...(part.fg ? { colour: NAMES[part.fg] ?? truecolour(part.fg_truecolor) } : {}),
      // A background would fight with both themes: it is shown as a tint of its colour.
      ...(part.bg ? { background: tint(NAMES[part.bg] ?? truecolour(part.bg_truecolor)) } : {}),
      bold: has("bold"),
      faint: has("dim"),
      italic: has("italic"),
      underline: has("underline"),
    };
  });
}

/** A colour of 24 bits, brought near enough to the text's to be read on either theme. */
function truecolour(rgb: string | null | undefined): string {
  return rgb && /^\d{1,3}, ?\d{1,3}, ?\d{1,3}$/.test(rgb)
    ? `color-mix(in srgb, rgb(${rgb}) 55%, var(--text))`
    : "var(--text)";
}

function tint(colour: string): string {
  return `color-mix(in srgb, ${colour} 18%, transparent)`;
}
