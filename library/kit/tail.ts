/** Live logs of a deployed Worker for a while: `wrangler tail` itself never ends. */
import { spawn } from "node:child_process";
import { wranglerEnv } from "./run.ts";
import { Failed, type Words } from "./words.ts";

/** Between the polite signal and the one that cannot be ignored. */
const GRACE_MS = 5_000;

/** Shows what comes for `--seconds`, at most `--events` of it, and ends. */
export async function tail(words: Words): Promise<object> {
  const [seconds, most] = [Number(words.needed("seconds")), Number(words.needed("events"))];
  const argv = ["tail", "--format", "json"];
  for (const name of ["status", "search", "method", "version-id", "env", "config"]) {
    const value = words.value(name);
    if (value !== undefined) argv.push(`--${name}=${value}`);
  }
  const child = spawn("wrangler", [...argv, "--", ...words.rest], {
    stdio: ["ignore", "pipe", "pipe"],
    env: wranglerEnv(),
  });
  let stopped = false;
  const stop = () => {
    if (stopped) return;
    stopped = true;
    child.kill("SIGINT");
    setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
  };
  const timer = setTimeout(stop, seconds * 1_000);
  const events: { outcome?: string }[] = [];
  const said: string[] = [];
  const read = eventReader((event) => {
    if (events.length >= most) return;
    events.push(event as { outcome?: string });
    process.stderr.write(`${JSON.stringify(event)}\n`);
    if (events.length >= most) stop();
  });
  child.stdout.setEncoding("utf8").on("data", read);
  child.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
  const code = await new Promise<number | null>((settle, fail) => {
    child.once("error", (error) => fail(new Failed(`wrangler could not be run: ${error.message}`)));
    child.once("close", settle);
  });
  clearTimeout(timer);
  // Ended by itself, it could not connect; stopped by us, any code will do.
  if (!stopped && code !== 0)
    throw new Failed(`wrangler tail ended with ${code}\n${said.join("").trim().slice(0, 1_000)}`);
  const failures = events.filter(({ outcome }) => outcome !== undefined && outcome !== "ok").length;
  return { events: events.length, failures, stopped_after: events.length >= most ? "events" : "time" };
}

/** Reads values that are printed one behind the other over several lines, each beginning at the start of a line. */
export function eventReader(take: (event: object) => void): (text: string) => void {
  let held = "";
  return (text) => {
    held += text;
    for (let end = held.indexOf("\n}"); end !== -1; end = held.indexOf("\n}", end + 1)) {
      const start = held.search(/^\{/m);
      if (start === -1 || start > end) continue;
      try {
        take(JSON.parse(held.slice(start, end + 2)) as object);
      } catch {
        continue;
      }
      held = held.slice(end + 2);
      end = -1;
    }
    // One that fits on a line of its own.
    const lines = held.split("\n");
    const rest: string[] = [];
    for (const [index, line] of lines.entries()) {
      const whole = index < lines.length - 1 && line.startsWith("{") && line.endsWith("}");
      if (whole)
        try {
          take(JSON.parse(line) as object);
          continue;
        } catch {
          // The first line of a longer one.
        }
      rest.push(line);
    }
    held = rest.join("\n");
  };
}
