/** How long a line takes from a program's write, through agent, hub and API, to the terminal of somebody who runs `tw logs -f`. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Figures, figures } from "./stats.ts";

/** Writes the time of each write, at uneven intervals, so that no timer of ours falls in step with it. */
const TICKER = `const now = () => performance.timeOrigin + performance.now();
let left = Number(process.argv[2]);
const tick = () => {
  process.stdout.write("tick " + now().toFixed(3) + "\\n");
  if (--left > 0) setTimeout(tick, 20 + Math.random() * 180);
};
setTimeout(tick, 1500);
`;
export const TICKER_COMMAND = {
  name: "Ticks",
  description: "Writes lines with the time of their writing",
  category: "bench",
  type: "builtin",
  effect: "read",
  parameters: [{ name: "lines", type: "number", required: true }],
  definition: { program: "node", argv: ["ticker.mjs", { param: "lines" }] },
};

export interface Watched {
  url: string;
  token: string;
  /** The agent's root. */
  root: string;
  /** Program and first words that run \`tw\`. */
  tw: [string, ...string[]];
  env: NodeJS.ProcessEnv;
}

/** Runs the ticker and watches its log with the real command line. Milliseconds from write to sight. */
export async function liveLog(of: Watched, lines: number): Promise<Figures> {
  writeFileSync(join(of.root, "ticker.mjs"), TICKER);
  const env = { ...of.env, TW_URL: of.url, TW_TOKEN: of.token };
  const [program, ...first] = of.tw;
  const tw = (...argv: string[]) =>
    spawn(program, [...first, ...argv], { env, stdio: ["ignore", "pipe", "inherit"] });
  const run = tw("run", "bench-ticks", `lines=${lines}`, "--no-wait");
  let id = "";
  for await (const bytes of run.stdout) id += bytes;
  const watcher = tw("logs", "-f", id.trim());
  const samples: number[] = [];
  for await (const line of createInterface({ input: watcher.stdout })) {
    const seen = performance.timeOrigin + performance.now();
    const [, written] = /tick ([\d.]+)/.exec(line) ?? [];
    if (written) samples.push(seen - Number(written));
  }
  if (samples.length !== lines) throw new Error(`${samples.length} of ${lines} lines were seen`);
  return figures(samples);
}
