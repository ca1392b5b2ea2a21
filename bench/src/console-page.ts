/** What is measured inside the page, as it is painted. Texts, since they run in the browser. */
import type { Page } from "playwright-core";
import { round } from "./stats.ts";

export interface Frames {
  /** Pictures drawn while it was watched. */
  n: number;
  /** Milliseconds from one picture to the next. */
  mean: number;
  p95: number;
  longest: number;
}

/** Watches how long pictures take while `work` is done on the page. */
export async function framesWhile(page: Page, work: () => Promise<unknown>): Promise<Frames> {
  await page.evaluate(`window.benchTimes = []; window.benchOn = true; (function next(last) {
    requestAnimationFrame((now) => {
      if (last) window.benchTimes.push(now - last);
      if (window.benchOn) next(now);
    });
  })()`);
  await work();
  const times = (await page.evaluate(`window.benchOn = false, window.benchTimes`)) as number[];
  const sorted = times.slice(3).sort((a, b) => a - b);
  return {
    n: sorted.length,
    mean: round(sorted.reduce((sum, one) => sum + one, 0) / Math.max(1, sorted.length)),
    p95: round(sorted[Math.floor(sorted.length * 0.95)] ?? 0),
    longest: round(sorted.at(-1) ?? 0),
  };
}

/** Moves what scrolls by `px` with each of `pictures` pictures, there and back. */
export function scroll(page: Page, selector: string, px: number, pictures: number): Promise<unknown> {
  return page.evaluate(`new Promise((done) => {
    const element = document.querySelector(${JSON.stringify(selector)});
    let left = ${pictures};
    const step = () => {
      element.scrollTop += left > ${pictures / 2} ? -${px} : ${px};
      left-- > 0 ? requestAnimationFrame(step) : done();
    };
    requestAnimationFrame(step);
  })`);
}

/**
 * Waits, picture by picture, until this is true in the page; gives what it is then. Not by waitForFunction: what that evaluates later
 * the page's own policy refuses.
 */
export function when<T>(page: Page, expression: string): Promise<T> {
  return page.evaluate(`new Promise((done) => {
    const look = () => {
      const found = ${expression};
      found ? done(found) : requestAnimationFrame(look);
    };
    look();
  })`) as Promise<T>;
}

/** Home has everything it shows: the questions, the broken runs, the strip. */
const HOME = `document.querySelector('svg[aria-label^="Runs of each day"]') && document.querySelector('ul[aria-label="Just broke"] a')
  && !document.querySelector("main .loading")`;

/**
 * Milliseconds from the start of the navigation to Home with its data, and on to the first letter in the palette, as the page itself
 * counts them.
 */
export async function openHome(page: Page, url: string): Promise<{ shown: number; interactive: number }> {
  await page.goto(url, { waitUntil: "commit" });
  const shown = await when<number>(page, `${HOME} && performance.now()`);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("g");
  const typed = `document.querySelector("dialog[open] input")?.value === "g" && performance.now()`;
  const interactive = await when<number>(page, typed);
  return { shown, interactive };
}

/** Milliseconds from the arrival of the palette's answer to the picture with its results. */
export async function answerToPaint(page: Page, words: string): Promise<number> {
  await page.evaluate(`performance.clearResourceTimings(); window.benchPaints = [];
    window.benchSeen?.disconnect();
    window.benchSeen = new MutationObserver(() => requestAnimationFrame(() => {
      // After the picture: a message is handled once it is drawn.
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.benchPaints.push(performance.now());
      channel.port2.postMessage(0);
    }));
    window.benchSeen.observe(document.querySelector("[cmdk-list]"), { childList: true, subtree: true, characterData: true });`);
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(words);
  return when<number>(
    page,
    `(() => {
      const answer = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/api/resolve")).at(-1);
      const paint = answer && answer.responseEnd > 0 && window.benchPaints.find((at) => at >= answer.responseEnd);
      return paint ? Math.max(paint - answer.responseEnd, 0.1) : 0;
    })()`,
  );
}
