/** `npm run bench:console [-- --json] [--loads 10] [--rounds 3]`: what the console weighs, how soon it answers, how smoothly it moves. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { consoleFiles } from "@tw/local/src/console-files.ts";
import { ROOT } from "@tw/local/src/ports.ts";
import type { BrowserContext, Page } from "playwright-core";
import { fillRuns } from "../../console/test/many-runs.ts";
import { type Stack, startStack, until } from "../../console/test/stack.ts";
import { answerToPaint, type Frames, framesWhile, openHome, scroll, when } from "./console-page.ts";
import { type Figures, figures, round } from "./stats.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    loads: { type: "string", default: "10" },
    rounds: { type: "string", default: "3" },
  },
});
const LOADS = Number(values.loads);
const ROUNDS = Number(values.rounds);
const RUNS = 5_000;
const STEPS = 200;
/** A phone or an old laptop, as Chromium's own tools imitate one. */
const SLOW = 4;
const LOG_LINES = 131_072;

interface Weight {
  file: string;
  gzip: number;
}

/** The names of the scripts, styles and fonts that the browser asks for while `visit` lasts. */
async function asked(page: Page, visit: () => Promise<unknown>): Promise<Set<string>> {
  const names = new Set<string>();
  const note = (request: { url(): string }) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/assets/")) names.add(pathname);
  };
  page.on("request", note);
  await visit();
  page.off("request", note);
  return names;
}

/** Each as it travels: gzip, level 6, as Cloudflare and most servers do it. */
function weigh(folder: string, names: Iterable<string>): Weight[] {
  return [...names]
    .map((name) => ({
      file: name.slice("/assets/".length),
      gzip: gzipSync(readFileSync(join(folder, name))).length,
    }))
    .sort((a, b) => b.gzip - a.gzip);
}

async function weights(stack: Stack, folder: string) {
  const { page, context } = await stack.open("/runs");
  await page.close();
  const fresh = await context.newPage();
  const first = await asked(fresh, () => openHome(fresh, `${stack.workspace.url}/`));
  const builder = await asked(fresh, async () => {
    await fresh.goto(`${stack.workspace.url}/workflows/two-hundred`);
    await fresh.locator(".react-flow__node").first().waitFor();
    await fresh.waitForLoadState("networkidle");
  });
  await context.close();
  const all = readdirSync(join(folder, "assets")).filter((name) => /\.(js|css)$/.test(name));
  return {
    first: weigh(folder, first),
    builder: weigh(
      folder,
      [...builder].filter((name) => !first.has(name)),
    ),
    everything: weigh(
      folder,
      all.map((name) => `/assets/${name}`),
    ).reduce((sum, { gzip }) => sum + gzip, 0),
  };
}

/** Loads of Home, each in a window of its own (cold) or again in the same (warm). */
async function loads(stack: Stack, warm: boolean, slow: boolean) {
  const { page, context } = await stack.open("/runs");
  const state = await context.storageState();
  const url = `${stack.workspace.url}/`;
  const shown: number[] = [];
  const interactive: number[] = [];
  const one = async (of: Page, in_: BrowserContext) => {
    const session = await in_.newCDPSession(of);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slow ? SLOW : 1 });
    const took = await openHome(of, url);
    await session.detach();
    return took;
  };
  if (warm) await openHome(page, url);
  for (let load = 0; load < LOADS; load++) {
    const own = warm
      ? context
      : await stack.browser.newContext({ storageState: state, viewport: { width: 1440, height: 900 } });
    const at = warm ? page : await own.newPage();
    const took = await one(at, own);
    shown.push(took.shown);
    interactive.push(took.interactive);
    if (!warm) await own.close();
  }
  await context.close();
  return { shown: figures(shown), interactive: figures(interactive) };
}

/** The median of each figure over all rounds. */
async function rounds(one: () => Promise<Frames>): Promise<Frames> {
  const all: Frames[] = [];
  for (let index = 0; index < ROUNDS; index++) all.push(await one());
  const middle = (of: keyof Frames) => figures(all.map((frames) => frames[of])).p50;
  return { n: middle("n"), mean: middle("mean"), p95: middle("p95"), longest: middle("longest") };
}

async function atRest(stack: Stack): Promise<Frames> {
  const { page, context } = await stack.open("/runs");
  await page.getByRole("list", { name: "Runs" }).getByRole("link").first().waitFor();
  const seen = await rounds(() => framesWhile(page, () => page.waitForTimeout(1_500)));
  await context.close();
  return seen;
}

async function history(stack: Stack): Promise<Frames> {
  const { page, context } = await stack.open("/runs");
  const list = page.getByRole("list", { name: "Runs" });
  await list.getByRole("link").first().waitFor();
  const scroller = list.locator("..");
  await until("the end of the history is reached", async () => {
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    return (await list.evaluate((element) => element.getBoundingClientRect().height)) >= RUNS * 44;
  });
  await scroller.evaluate((element) => element.setAttribute("data-bench", ""));
  const seen = await rounds(() => framesWhile(page, () => scroll(page, "[data-bench]", 400, 200)));
  await context.close();
  return seen;
}

async function bigLog(stack: Stack): Promise<Frames> {
  writeFileSync(
    join(stack.root, "big-log.mjs"),
    `const lines = []; for (let i = 0; i < ${LOG_LINES}; i++) lines.push(String(i).padStart(7, "0") + " \\u001b[32m✓\\u001b[0m a line of a log, as programs write them, with some words in it\\n".slice(0, 80));
     process.stdout.write(lines.join(""));`,
  );
  const definition = { program: "node", argv: ["big-log.mjs"] };
  await stack.put("big-log", { name: "big log", effect: "read", type: "builtin", definition });
  const id = await stack.run("big-log");
  await until("the log is written", async () => {
    const { finished_at } = await stack.get<{ finished_at: number | null }>(`/api/runs/${id}`);
    return finished_at !== null;
  });
  const { page, context } = await stack.open(`/runs/${id}`);
  page.setDefaultTimeout(120_000);
  await when(page, `document.querySelector("[data-log]")?.scrollHeight >= ${LOG_LINES * 0.9} * 18`);
  await page.waitForLoadState("networkidle");
  const seen = await rounds(() => framesWhile(page, () => scroll(page, "[data-log]", 700, 200)));
  await context.close();
  return seen;
}

async function builder(stack: Stack) {
  const { page, context } = await stack.open("/workflows/two-hundred");
  await page.locator(".react-flow__node").first().waitFor();
  await page.getByText("The definition is valid.").waitFor();
  const canvas = await page.getByRole("region", { name: "Canvas" }).boundingBox();
  if (!canvas) throw new Error("there is no canvas");
  const [x, y] = [canvas.x + canvas.width - 40, canvas.y + 40];
  const pan = await rounds(() =>
    framesWhile(page, async () => {
      for (const up of [true, false]) {
        await page.mouse.move(x, up ? y + canvas.height - 120 : y);
        await page.mouse.down();
        await page.mouse.move(x - 20, up ? y : y + canvas.height - 120, { steps: 60 });
        await page.mouse.up();
      }
    }),
  );
  const zoom = await rounds(() =>
    framesWhile(page, async () => {
      for (let turn = 0; turn < 40; turn++) await page.mouse.wheel(0, turn % 20 < 10 ? 60 : -60);
    }),
  );
  await page.keyboard.press("w");
  const field = page.getByRole("region", { name: "Settings of the workflow" }).getByLabel("What it does");
  await field.focus();
  const type = await rounds(() => framesWhile(page, () => page.keyboard.type("every night ", { delay: 60 })));
  await context.close();
  return { pan, zoom, type };
}

const WORDS = [
  "deploy",
  "git push",
  "list buckets",
  "what changed",
  "roll back",
  "tail logs",
  "back up",
  "migrate",
];

async function palette(stack: Stack): Promise<Figures> {
  const { page, context } = await stack.open("/");
  await page.getByText("Last 30 days").waitFor();
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder("What do you want to run?").waitFor();
  const samples: number[] = [];
  for (let turn = 0; turn < ROUNDS; turn++)
    for (const words of WORDS) samples.push(await answerToPaint(page, `${words}${" please".repeat(turn)}`));
  await context.close();
  return figures(samples);
}

async function measure() {
  const folder = await consoleFiles(ROOT);
  if (!folder) throw new Error("There is no console to be measured.");
  const before = loadavg()[0] ?? 0;
  const stack = await startStack();
  try {
    await fillRuns(stack, RUNS);
    const steps = Array.from({ length: STEPS }, (_, index) => ({
      id: `step-${index}`,
      command: index % 4 === 0 ? "git-status" : "echo",
      ...(index % 4 === 0 ? {} : { args: { text: `line ${index}` } }),
      needs: index < 4 ? [] : [`step-${index - 4}`],
    }));
    const definition = { steps };
    await stack.put("two-hundred", { name: "two hundred", type: "workflow", effect: "read", definition });
    const result = {
      weights: await weights(stack, folder),
      loads: {
        cold: await loads(stack, false, false),
        warm: await loads(stack, true, false),
        coldSlow: await loads(stack, false, true),
        warmSlow: await loads(stack, true, true),
      },
      palette: await palette(stack),
      frames: {
        rest: await atRest(stack),
        history: await history(stack),
        log: await bigLog(stack),
        ...(await builder(stack)),
      },
    };
    return {
      node: process.version,
      cpus: cpus().length,
      load: [round(before), round(loadavg()[0] ?? 0)],
      ...result,
    };
  } finally {
    await stack.stop();
  }
}

function print(of: Awaited<ReturnType<typeof measure>>): void {
  const row = (name: string, value: string) => console.log(`${name.padEnd(54)}${value}`);
  const kb = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
  const sum = (files: Weight[], ends: string) =>
    kb(files.filter(({ file }) => file.endsWith(ends)).reduce((all, { gzip }) => all + gzip, 0));
  const ms = (f: Figures) => `${f.p50} ms  (p95 ${f.p95}, n ${f.n})`;
  const frames = (f: Frames) =>
    `${(1_000 / Math.max(f.mean, 0.1)).toFixed(0)} pictures/s, mean ${f.mean} ms, p95 ${f.p95} ms, longest ${f.longest} ms`;
  const { weights: w, loads: l, frames: f } = of;
  console.log(`Node ${of.node}, ${of.cpus} cores, load ${of.load.join(" before, ")} after\n`);
  row(
    "first load, gzip",
    `${sum(w.first, ".js")} of JS, ${sum(w.first, ".css")} of CSS, ${sum(w.first, ".woff2")} of fonts`,
  );
  for (const { file, gzip } of w.first) row(`  ${file}`, kb(gzip));
  row(
    "the builder besides, when it is opened",
    `${sum(w.builder, ".js")} of JS, ${sum(w.builder, ".css")} of CSS`,
  );
  for (const { file, gzip } of w.builder) row(`  ${file}`, kb(gzip));
  row("every script and style there is", kb(w.everything));
  console.log();
  row(
    `Home, ${RUNS.toLocaleString("en")} runs in the database`,
    "with its data; first letter in the palette",
  );
  for (const [name, one] of [
    ["nothing kept", l.cold],
    ["files kept", l.warm],
    [`nothing kept, processor ${SLOW}× slower`, l.coldSlow],
    [`files kept, processor ${SLOW}× slower`, l.warmSlow],
  ] as const)
    row(`  ${name}`, `${ms(one.shown)}; ${ms(one.interactive)}`);
  row("palette: from the answer to its picture", ms(of.palette));
  console.log();
  row("at rest", frames(f.rest));
  row(`history of ${RUNS.toLocaleString("en")} runs, scrolled`, frames(f.history));
  row("log of 10 MB, scrolled", frames(f.log));
  row(`builder with ${STEPS} steps, moved`, frames(f.pan));
  row("  zoomed", frames(f.zoom));
  row("  typed into", frames(f.type));
}

const result = await measure();
if (values.json) console.log(JSON.stringify(result));
else print(result);
