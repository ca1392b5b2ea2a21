/** Does the workspace answer? Every request tells; the top bar and the pages show it. */
import { store } from "./store.ts";

export type Connection = { state: "online" } | { state: "offline"; since: number };

export const connection = store<Connection>({ state: "online" });
/** Set when the API no longer knows who we are. */
export const signedOut = store(false);

export function answered(): void {
  if (connection.get().state !== "online") connection.set({ state: "online" });
}
export function unanswered(): void {
  if (connection.get().state === "online") connection.set({ state: "offline", since: Date.now() });
}
