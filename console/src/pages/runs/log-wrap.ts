/** Are the lines of logs wrapped? They are until somebody chooses; the choice is kept in this browser. */
import { store } from "../../api/store.ts";

const KEY = "tw.log-wrap";

function kept(): boolean {
  try {
    return localStorage.getItem(KEY) !== "no";
  } catch {
    // Storage is closed to this page.
    return true;
  }
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
