/** A real Chromium for the tests and for the screenshots. */
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";

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
  page: Page;
  context: BrowserContext;
  /** What a page must never do: throw, break its own policy, ask another origin. A test ends with none. */
  complaints: string[];
}

/** A browser's window, listened to. `origin` is the only one it may ask. */
export async function visit(
  browser: Browser,
  origin: string,
  options: { width?: number; height?: number; dark?: boolean; touch?: boolean; still?: boolean } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.dark ? "dark" : "light",
    reducedMotion: options.still ? "reduce" : "no-preference",
    hasTouch: options.touch ?? false,
    isMobile: options.touch ?? false,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`threw: ${error.stack ?? error}`));
  page.on("console", (message) => {
    // A refused or lost request is the page's to show; the browser notes it too.
    if (message.type() === "error" && !/Failed to load resource|net::ERR_/.test(message.text()))
      complaints.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob|about):/.test(request.url()))
      complaints.push(`asked another origin: ${request.url()}`);
  });
  return { page, context, complaints };
}

/** Until this has the focus: what is typed next is for it. */
export function focused(field: Locator): Promise<void> {
  return field.and(field.page().locator(":focus")).waitFor();
}

/** Keys one right behind the other, as a hand presses them: a page that is slow with the first gets the second in time all the same. */
export async function inSequence(page: Page, ...keys: string[]): Promise<void> {
  await Promise.all(keys.map((key) => page.keyboard.press(key)));
}

/** How long a picture takes here while nothing changes, ms: the middle of sixty. */
export async function idlePicture(page: Page): Promise<number> {
  return (await page.evaluate(`new Promise((done) => {
    const times = [];
    let last = performance.now();
    const step = (now) => {
      times.push(now - last);
      last = now;
      times.length < 60 ? requestAnimationFrame(step) : done(times.sort((a, b) => a - b)[30]);
    };
    requestAnimationFrame(step);
  })`)) as number;
}
