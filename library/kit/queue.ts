/** What a queue is set to, which wrangler prints nowhere but among what it tells of its requests. */
import { attempt } from "./run.ts";
import type { Words } from "./words.ts";

/** A queue as Cloudflare's API answers it; the settings that it leaves out are not known. */
interface Queue {
  queue_name?: string;
  settings?: { delivery_paused?: boolean };
}

/** Before a pause or resume: `paused`, or nothing where wrangler does not tell. */
export function queueState(words: Words): object {
  const name = words.needed("name");
  // What the API answered stands in its debug log: to be read here, never to be shown or written to a file.
  const env = { WRANGLER_LOG: "debug", WRANGLER_LOG_SANITIZE: "false", WRANGLER_WRITE_LOGS: "false" };
  const { code, stdout } = attempt("wrangler", ["queues", "info", name], false, { env });
  if (code !== 0) return {};
  const paused = stdout
    .split("\n")
    .flatMap(answered)
    .find(({ queue_name }) => queue_name === name)?.settings?.delivery_paused;
  return typeof paused === "boolean" ? { paused } : {};
}

function answered(line: string): Queue[] {
  if (!line.startsWith("RESPONSE: ")) return [];
  try {
    const { result } = JSON.parse(line.slice("RESPONSE: ".length)) as { result?: Queue | Queue[] | null };
    return [result ?? []].flat();
  } catch {
    return [];
  }
}
