/** Text from outside, made harmless to read: what is invisible and would change how its surroundings look is shown as a mark. */

/** Control characters but tab and line feed, and the characters that turn the direction of text about or hide in it. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** The same text with each such character as ⟨202E⟩. */
export function visible(text: string): string {
  return text.replace(
    HIDDEN,
    (character) => `⟨${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}

/** At most `characters` of it, on one line, with … where it was cut. */
export function oneLine(text: string, characters = 200): string {
  const flat = visible(text.slice(0, characters * 2).replace(/\s+/g, " "));
  return text.length > characters || flat.length > characters ? `${flat.slice(0, characters)}…` : flat;
}

/** An output or argument as text, whole values as JSON. */
export function valueText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
