/** A workflow while it is edited: its text, what that says, what is wrong with it, undo; kept in the browser until it is saved. */
import { useEffect, useMemo, useRef, useState } from "react";
import { commandQuery, queryClient } from "../../api/queries.ts";
import type { Command as ApiCommand } from "../../api/types.ts";
import { check, type Finding, notesOf } from "./check.ts";
import { read, type Values } from "./document.ts";
import { type Commands, type Flow, flowOf } from "./flow.ts";
import { begin, changed, redo, undo } from "./history.ts";

const PAUSE_MS = 120;

export interface Draft {
  text: string;
  input: Values | null;
  /** Why the text cannot be read; then flow and findings are those of the last text that could. */
  unreadable: { message: string; from: number; to: number; line: number } | null;
  flow: Flow;
  findings: readonly Finding[];
  /** The findings are those of this very text. */
  checked: boolean;
  canUndo: boolean;
  canRedo: boolean;
  /** What several fields write at once is made one upon the other: then it is a function of the text. */
  change(next: string | ((text: string) => string), about: string | null): void;
  undo(): void;
  redo(): void;
}

export function useDraft(start: string, slug: string, commands: Commands): Draft {
  const [history, setHistory] = useState(() => begin(start));
  const { text } = history;
  const reading = useMemo(() => read(text), [text]);
  const readable = useRef<Values>({});
  if (reading.input) readable.current = reading.input;
  const input = readable.current;
  const flow = useMemo(() => flowOf(input, commands), [input, commands]);
  const [checked, setChecked] = useState<{ text: string; findings: readonly Finding[] }>({
    text: "",
    findings: [],
  });
  useEffect(() => {
    if (!reading.input) return;
    const asked = reading.input;
    let over = false;
    const timer = setTimeout(() => {
      check(asked, slug, (name) => lookUp(name, commands))
        .then((findings) => {
          if (!over) setChecked({ text, findings: [...findings, ...notesOf(flow)] });
        })
        // What the check cannot take, the server will say when it is saved.
        .catch(() => undefined);
    }, PAUSE_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [reading, text, slug, commands, flow]);
  return {
    text,
    input: reading.input,
    unreadable: reading.problem,
    flow,
    findings: checked.findings,
    checked: checked.text === text,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    change: (next, about) =>
      setHistory((old) =>
        changed(old, typeof next === "function" ? next(old.text) : next, about, Date.now()),
      ),
    undo: () => setHistory(undo),
    redo: () => setHistory(redo),
  };
}

const unknown = new Set<string>();
/** A command of the library; one that is not on its list (deprecated, or new) is asked for once. */
async function lookUp(slug: string, commands: Commands) {
  const held = commands.get(slug);
  if (held || unknown.has(slug)) return held ?? null;
  const found = await queryClient.fetchQuery({ ...commandQuery(slug), retry: false }).catch(() => null);
  if (!found) unknown.add(slug);
  return found as unknown as ReturnType<Commands["get"]> | null as never;
}

/** The library by slug, as the checks want it. */
export function bySlug(commands: readonly ApiCommand[]): Commands {
  return new Map(commands.map((command) => [command.slug, command])) as unknown as Commands;
}

const KEY = "tw.workflow-draft.";
interface Kept {
  text: string;
  /** The version it was begun from; null of a new one. */
  version: number | null;
}

/** What was not saved when the page was left. */
export function keptDraft(slug: string | null): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(KEY + (slug ?? "")) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

export function keepDraft(slug: string | null, kept: Kept | null): void {
  try {
    if (kept) localStorage.setItem(KEY + (slug ?? ""), JSON.stringify(kept));
    else localStorage.removeItem(KEY + (slug ?? ""));
  } catch {
    // A browser that keeps nothing only loses what is not saved.
  }
}
