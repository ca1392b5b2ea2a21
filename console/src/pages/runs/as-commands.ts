/** A run as somebody would ask for it again: on a command line, or with curl. Pure. */
import type { Run } from "../../api/types.ts";
import { typed } from "../../palette/arguments.ts";

/** For a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function asCurl(run: Run, origin: string, cwd: string | null): string {
  const body = JSON.stringify({ args: run.args, ...(cwd ? { cwd } : {}) });
  return [
    `curl -X POST ${quote(`${origin}/api/commands/${run.command}/execute`)}`,
    `-H "Authorization: Bearer $TW_TOKEN"`,
    "-H 'Content-Type: application/json'",
    `-d ${quote(body)}`,
  ].join(" \\\n  ");
}

export function asCli(run: Run, cwd: string | null): string {
  const args = Object.entries(run.args).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `--arg ${quote(`${name}=${text}`)}`;
  });
  return ["tw", "run", run.command, ...args, ...(cwd ? ["--cwd", quote(cwd)] : [])].join(" ");
}

/** As one would type it in the palette. */
export function asTyped(run: Run): string {
  return typed(run.command, run.args);
}
