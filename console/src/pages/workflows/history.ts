/** What was written, and what was written before: undo and redo for canvas and text alike, as whole texts. Pure. */

export interface History {
  readonly text: string;
  readonly past: readonly string[];
  readonly future: readonly string[];
  /** What the last change was about, and when: changes of one kind in quick succession are one. */
  readonly last: { about: string; at: number } | null;
}

/** Letters typed within this of each other are undone together. */
const TOGETHER_MS = 900;
const KEPT = 300;

export function begin(text: string): History {
  return { text, past: [], future: [], last: null };
}

/** @param about the field or place that changes; null is always a step of its own */
export function changed(history: History, text: string, about: string | null, now: number): History {
  if (text === history.text) return history;
  const { last, past } = history;
  const together = about !== null && last?.about === about && now - last.at < TOGETHER_MS;
  return {
    text,
    past: together && past.length > 0 ? past : [...past.slice(-KEPT), history.text],
    future: [],
    last: about === null ? null : { about, at: now },
  };
}

export function undo(history: History): History {
  const text = history.past.at(-1);
  if (text === undefined) return history;
  return {
    text,
    past: history.past.slice(0, -1),
    future: [history.text, ...history.future],
    last: null,
  };
}

export function redo(history: History): History {
  const [text, ...future] = history.future;
  if (text === undefined) return history;
  return { text, past: [...history.past, history.text], future, last: null };
}
