/** What a person sees: colours and progress on a terminal, plain lines anywhere else. */
import { once } from "node:events";
import { stripVTControlCharacters, styleText } from "node:util";

export interface Screen {
  /** A line on stdout: what was asked for. */
  print(line: string): void;
  /** Text on stdout as it is. */
  write(text: string): void;
  /** Resolves when what was written has gone out: who prints much waits for it, or holds all of it in memory. */
  drained(): Promise<void>;
  /** A line on stderr: everything that is not the answer itself. */
  note(line: string): void;
  style: Style;
  /** A line that shows that something goes on; gone when `stop` is called or another line is printed. */
  progress(text: string): { update(text: string): void; stop(): void };
  /** Is somebody there to answer questions? */
  interactive: boolean;
}
export interface Style {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  dim(text: string): string;
  strong(text: string): string;
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const PLAIN = (text: string) => text;

/** Colours only where they are seen as such: on a terminal, unless NO_COLOR, TERM=dumb or `--no-color` says otherwise. */
export function wantsColour(env: NodeJS.ProcessEnv, isTerminal: boolean, flag = true): boolean {
  if (!flag || (env.NO_COLOR ?? "") !== "" || env.FORCE_COLOR === "0") return false;
  if ((env.FORCE_COLOR ?? "") !== "") return true;
  return isTerminal && env.TERM !== "dumb";
}

export function styleOf(colour: boolean): Style {
  if (!colour) return { good: PLAIN, bad: PLAIN, warn: PLAIN, dim: PLAIN, strong: PLAIN };
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    styleText(format, text, { validateStream: false });
  return {
    good: paint("green"),
    bad: paint("red"),
    warn: paint("yellow"),
    dim: paint("dim"),
    strong: paint("bold"),
  };
}

/** The process's own terminal. `quiet` shows no progress, whatever stderr is. */
export function screenOf(options: { colour: boolean; quiet: boolean }, env: NodeJS.ProcessEnv): Screen {
  const style = styleOf(wantsColour(env, process.stdout.isTTY === true, options.colour));
  const moving = !options.quiet && process.stderr.isTTY === true && env.TERM !== "dumb" && !env.CI;
  let line: string | null = null;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  const clear = () => {
    if (line !== null) process.stderr.write("\r\x1b[K");
  };
  const draw = () => {
    // One that wraps could not be taken away again.
    const room = (process.stderr.columns || 80) - 3;
    if (line !== null)
      process.stderr.write(`\r\x1b[K${FRAMES[frame++ % FRAMES.length]} ${line.slice(0, Math.max(0, room))}`);
  };
  const around = (work: () => void) => {
    clear();
    work();
    draw();
  };
  return {
    print: (text) => around(() => process.stdout.write(`${text}\n`)),
    write: (text) => around(() => process.stdout.write(text)),
    drained: async () => {
      // A reader that is gone is told of elsewhere; nothing is waited for then.
      if (process.stdout.writableNeedDrain) await once(process.stdout, "drain").catch(() => {});
    },
    note: (text) => around(() => process.stderr.write(`${text}\n`)),
    style,
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    progress(text) {
      if (!moving) return { update: () => {}, stop: () => {} };
      line = text;
      clearInterval(timer);
      timer = setInterval(draw, 100);
      timer.unref();
      return {
        update: (next) => {
          line = next;
        },
        stop: () => {
          clearInterval(timer);
          clear();
          line = null;
        },
      };
    },
  };
}

const ESC = String.fromCharCode(27);
const COLOUR = new RegExp(`(${ESC}\\[[0-9;]*m)`);

/** Text from elsewhere without what would move the cursor, turn the line around or recolour the screen; a log's own colours may pass. */
export function tame(text: string, colours = false): string {
  if (colours && text.includes(ESC))
    return text
      .split(COLOUR)
      .map((part, i) => (i % 2 === 1 ? part : tame(part)))
      .join("");
  return stripVTControlCharacters(text).replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (found) =>
    found === "\t" || found === "\n" ? found : "",
  );
}

/** Rows in columns as wide as their widest cell. */
export function table(rows: string[][]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** "3 min ago", for people. */
export function ago(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s ago`;
  if (s < 3_600) return `${Math.floor(s / 60)} min ago`;
  if (s < 86_400) return `${Math.floor(s / 3_600)} h ago`;
  return `${Math.floor(s / 86_400)} d ago`;
}
