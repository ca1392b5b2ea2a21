/** Short notes at the edge: what was done, or what went wrong with something that has no place of its own on the page. */
import { saying } from "../api/problem.ts";
import { store } from "../api/store.ts";

export interface Toast {
  id: number;
  kind: "ok" | "bad" | "note";
  text: string;
  action?: { label: string; run(): void } | undefined;
}

export const toasts = store<Toast[]>([]);
let next = 1;
/** Long enough to be read; what went wrong stays until it is put away. */
const SHOWN_MS = 6_000;

export function toast(note: Omit<Toast, "id">): void {
  const id = next++;
  toasts.set((all) => [...all.slice(-3), { ...note, id }]);
  if (note.kind !== "bad") setTimeout(() => dismiss(id), SHOWN_MS);
}

/** For `onError` of a mutation. */
export function toastProblem(error: unknown): void {
  toast({ kind: "bad", text: saying(error) });
}

export function dismiss(id: number): void {
  toasts.set((all) => all.filter((one) => one.id !== id));
}
