/** Where commands were run from this browser: offered again, newest first. */
const KEY = "tw.folders";
const KEPT = 8;

export function folders(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === "string") : [];
  } catch {
    return [];
  }
}

export function rememberFolder(cwd: string): void {
  try {
    const all = [cwd, ...folders().filter((one) => one !== cwd)].slice(0, KEPT);
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // Storage is closed to this page: nothing is offered next time.
  }
}
