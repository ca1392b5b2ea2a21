/** Are the lines of logs wrapped? The choice is kept in this browser; on a phone they are until somebody chooses. */
import { store } from "../../api/store.ts";

const KEY = "tw.log-wrap";

function kept(): boolean {
  try {
    const choice = localStorage.getItem(KEY);
    if (choice !== null) return choice === "yes";
  } catch {
    // Storage is closed to this page.
  }
  return matchMedia("(width < 40rem)").matches;
}

export const logWrap = store(kept());

export function setLogWrap(on: boolean): void {
  logWrap.set(on);
  try {
    localStorage.setItem(KEY, on ? "yes" : "no");
  } catch {
    // The choice lasts as long as the page.
  }
}
