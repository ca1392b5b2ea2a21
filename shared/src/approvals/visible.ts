/** Text of others, made safe to read: what could hide, reorder or break out of a line is shown as what it is. Pure. */

// Control characters, bidirectional overrides, zero-width and other invisible format characters, line separators, tags.
const HIDDEN =
  /[\p{Cc}\p{Cf}\u{2028}\u{2029}\u{115F}\u{1160}\u{3164}\u{FFA0}\u{E0000}-\u{E0FFF}]|[\u{D800}-\u{DFFF}]/gu;

/** One text with every invisible character written out, `⟨U+202E⟩`. Line breaks and tabs stay if `lines` is set. */
export function visible(text: string, options: { lines?: boolean } = {}): string {
  return text.replace(HIDDEN, (char) => {
    if (options.lines && (char === "\n" || char === "\t")) return char;
    if (options.lines && char === "\r") return "";
    return `⟨U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** One line for a header or a title: white space collapsed, invisible characters dropped, cut at `max`. */
export function oneLine(text: string, max: number): string {
  const line = text.replace(/\s+/g, " ").replace(HIDDEN, "").trim();
  return cut(line, max);
}

/** At most `max` characters, with a visible mark where it was cut. */
export function cut(text: string, max: number): string {
  const characters = Array.from(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join("")}…`;
}

/** HTML with nothing left to interpret, for text and for quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** `23 Nov 2026, 10:22 UTC` */
export function utc(at: number): string {
  const date = new Date(at);
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const time = `${String(date.getUTCHours()).padStart(2, "0")}:${String(date.getUTCMinutes()).padStart(2, "0")}`;
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${time} UTC`;
}

/** A span of time in its two largest units: `23 h 59 min`, `4 min`, `2 days 3 h`. */
export function duration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} days` : `${days} days ${hours % 24} h`;
}
