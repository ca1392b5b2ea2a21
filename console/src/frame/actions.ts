/**
 * What can be done on the page now: one list behind the keyboard, the help (`?`) and the palette. A component says what it
 * offers while it is shown; the innermost wins where two want the same keys.
 */
import { useEffect, useRef } from "react";
import { store } from "../api/store.ts";

export interface Action {
  id: string;
  /** What happens, as on a button. */
  label: string;
  /** "j", "g r" (one after the other), "mod+k", "shift+Enter". Without keys it is only in the palette. */
  keys?: string;
  group: string;
  run(): void;
  /** Not in the palette: moving about in a list is no action there. */
  hidden?: boolean;
  danger?: boolean;
}

interface Offer {
  owner: symbol;
  actions: Action[];
}
export const offers = store<Offer[]>([]);

/** Offers these actions while the component is shown. */
export function useActions(actions: Action[]): void {
  const latest = useRef(actions);
  latest.current = actions;
  const shape = actions.map(({ id, label, keys }) => `${id} ${label} ${keys}`).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the actions, which are new at every rendering
  useEffect(() => {
    const owner = Symbol();
    const stable = latest.current.map((action) => ({
      ...action,
      run: () => latest.current.find(({ id }) => id === action.id)?.run(),
    }));
    offers.set((all) => [...all, { owner, actions: stable }]);
    return () => offers.set((all) => all.filter((offer) => offer.owner !== owner));
  }, [shape]);
}

/** Everything offered, the innermost last; each id once. */
export function offered(all: Offer[]): Action[] {
  const byId = new Map<string, Action>();
  for (const { actions } of all)
    for (const action of actions) {
      byId.delete(action.id);
      byId.set(action.id, action);
    }
  return [...byId.values()];
}

let prefix = "";
let prefixUntil = 0;
const PREFIX_MS = 1_200;

/** The one listener of the page for keys. */
export function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const stroke = strokeOf(event);
  if (!stroke) return;
  // Not `target`: from within a shadow root, as an editor has one, that is only its host.
  const typing = isTyping(event.composedPath()[0] ?? null);
  const modal = document.querySelector("dialog[open]") !== null;
  const now = event.timeStamp;
  const wanted = prefix && now < prefixUntil ? `${prefix} ${stroke}` : stroke;
  const actions = offered(offers.get()).reverse();
  const hit =
    actions.find((action) => action.keys === wanted) ?? actions.find((action) => action.keys === stroke);
  // In a field, and behind a dialog, only what no text begins with.
  if ((typing || modal) && !stroke.startsWith("mod+")) return;
  if (modal && hit?.id !== "palette.open") return;
  prefix = "";
  if (hit && (hit.keys === wanted || !actions.some((action) => action.keys?.startsWith(`${stroke} `)))) {
    event.preventDefault();
    hit.run();
    return;
  }
  if (actions.some((action) => action.keys?.startsWith(`${stroke} `))) {
    prefix = stroke;
    prefixUntil = now + PREFIX_MS;
  }
}

function strokeOf(event: KeyboardEvent): string | null {
  if (["Control", "Shift", "Alt", "Meta"].includes(event.key) || event.altKey) return null;
  const mod = event.metaKey || event.ctrlKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // The shift of "?" is already in the character.
  const shift = event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(event.key));
  return `${mod ? "mod+" : ""}${shift ? "shift+" : ""}${key}`;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
