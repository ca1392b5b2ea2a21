/** A real Chromium and a real workspace for the tests: nothing between them is replaced. */
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** Where Debian, Ubuntu, Fedora, Google and macOS put it. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The program: what CHROMIUM says, one that is installed, or playwright's own. Throws when there is none. */
export function findChromium(): string {
  const said = process.env.CHROMIUM;
  if (said) {
    if (existsSync(said)) return said;
    throw new Error(`CHROMIUM says ${said}, and there is no such file.`);
  }
  const found = [...PLACES, chromium.executablePath()].find((path) => path && existsSync(path));
  if (found) return found;
  throw new Error(
    "No Chromium was found, and the console's tests need one: install it (Debian: apt-get install chromium), " +
      "or set CHROMIUM to the program's path.",
  );
}

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    // In a container there is neither a sandbox's privilege nor a large /dev/shm.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
}

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** What a page must never do: errors, broken policy, requests to elsewhere. Empty at the end of every test. */
  complaints: string[];
}
