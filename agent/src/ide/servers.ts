/** The language servers that are warm: one for each project and kind, one question at a time each, ended when nobody asks for a while. */
import type { ActionContext } from "./context.ts";
import { LanguageServer, ServerGone, type ServerSpec } from "./language-server.ts";

const IDLE_MS = 5 * 60_000;
const WARM = 3;

interface Slot {
  server: Promise<LanguageServer> | null;
  /** Ends with the last question that was put. */
  queue: Promise<unknown>;
  idle: NodeJS.Timeout | undefined;
  usedAt: number;
  busy: number;
}
const slots = new Map<string, Slot>();

/** Does the work with a server that knows the files as they are now. Once more with a new one when it dies over it. */
export async function withServer<T>(
  context: ActionContext,
  spec: ServerSpec,
  work: (server: LanguageServer) => Promise<T>,
): Promise<T> {
  const key = JSON.stringify([spec.name, spec.file, spec.argv, spec.project, spec.memoryMb]);
  let slot = slots.get(key);
  if (!slot) {
    slot = { server: null, queue: Promise.resolve(), idle: undefined, usedAt: 0, busy: 0 };
    slots.set(key, slot);
  }
  const mine = slot;
  clearTimeout(mine.idle);
  mine.busy += 1;
  const turn = mine.queue.then(() => use(context, mine, spec, work));
  mine.queue = turn.catch(() => {});
  try {
    return await turn;
  } finally {
    mine.busy -= 1;
    mine.usedAt = performance.now();
    mine.idle = setTimeout(() => end(key, mine, "nobody asked it any more"), IDLE_MS).unref();
    endOldest();
  }
}

async function use<T>(
  context: ActionContext,
  slot: Slot,
  spec: ServerSpec,
  work: (server: LanguageServer) => Promise<T>,
): Promise<T> {
  context.signal.throwIfAborted();
  try {
    return await work(await ready(context, slot, spec));
  } catch (error) {
    if (context.signal.aborted || error instanceof WorkedStale) {
      // A server that was stopped in the middle may be busy with it for long.
      await forget(slot, "its question was given up");
      if (context.signal.aborted) throw error;
    } else if (!(error instanceof ServerGone)) throw error;
    context.say(`${(error as Error).message}; once more with a new one`);
    slot.server = null;
    return work(await ready(context, slot, spec));
  }
}

/** What a warm server said does not fit the files; a new one reads them anew. */
export class WorkedStale extends Error {
  override name = "WorkedStale";
}

async function ready(context: ActionContext, slot: Slot, spec: ServerSpec): Promise<LanguageServer> {
  if (slot.server) {
    const warm = await slot.server.catch(() => null);
    if (warm && (await warm.catchUp())) return warm;
    warm?.kill("the project changed");
  }
  const began = performance.now();
  slot.server = LanguageServer.start(spec);
  const server = await slot.server;
  const version = spec.version ? ` (${spec.version})` : "";
  context.say(`started ${spec.name}${version} in ${Math.round(performance.now() - began)} ms`);
  return server;
}

async function forget(slot: Slot, why: string): Promise<void> {
  const server = await slot.server?.catch(() => null);
  server?.kill(why);
  slot.server = null;
}

function end(key: string, slot: Slot, why: string): void {
  if (slot.busy > 0) return;
  clearTimeout(slot.idle);
  slots.delete(key);
  void forget(slot, why);
}

/** Many warm servers are much memory: the one unused for longest goes first. */
function endOldest(): void {
  const idle = [...slots].filter(([, slot]) => slot.busy === 0).sort(([, a], [, b]) => a.usedAt - b.usedAt);
  for (const [key, slot] of idle.slice(0, Math.max(0, slots.size - WARM)))
    end(key, slot, "others are needed more");
}

/** Ends all of them: the agent stops. */
export function endServers(): void {
  for (const [key, slot] of slots) {
    slot.busy = 0;
    end(key, slot, "the agent stops");
  }
}
