/** Light, dark, or as the system says. The choice is kept in this browser; theme.js puts it on before the first paint. */
import { store } from "../api/store.ts";

export type Theme = "system" | "light" | "dark";
const KEY = "tw.theme";

function kept(): Theme {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === "light" || theme === "dark" ? theme : "system";
  } catch {
    return "system";
  }
}

export const theme = store<Theme>(kept());

export function setTheme(next: Theme): void {
  theme.set(next);
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    if (next === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // Storage is closed to this page: the choice lasts as long as the page.
  }
}
