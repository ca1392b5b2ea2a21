/** The index of each tenant's library, kept while this isolate lives and the library stays as it is. */
import type { Command } from "@tw/shared/contracts/definition";
import { bestBySlug, changedCommands } from "@tw/shared/db/commands";
import { buildIndex, type LibraryIndex } from "@tw/shared/resolution/library-index";

/** An index of a thousand commands takes a few megabytes; an isolate has 128. */
const KEPT = 8;
/** Whoever changed a command read the clock a little before it was stored, and clocks differ. */
const LATE_MS = 60_000;
interface Held {
  mark: string;
  /** By id, also those that are hidden or out of use. */
  commands: Map<string, Command>;
  index: LibraryIndex;
}
const kept = new Map<string, Held>();

/** The index for this state of the library (`mark`); when that has changed, only what changed is read again. */
export async function libraryIndex(db: D1Database, tenantId: string, mark: string): Promise<LibraryIndex> {
  const held = kept.get(tenantId);
  if (held?.mark === mark) {
    // Used last goes to the end, where it stays longest.
    kept.delete(tenantId);
    kept.set(tenantId, held);
    return held.index;
  }
  const commands = new Map(held?.commands);
  const newest = Math.max(0, ...[...commands.values()].map(({ updated_at }) => updated_at));
  for (const command of await changedCommands(db, tenantId, newest - LATE_MS)) {
    const same = commands.get(command.id);
    // What stayed as it was keeps what was worked out for it.
    if (same?.version !== command.version || same.status !== command.status)
      commands.set(command.id, command);
  }
  const bySlug = [...commands.values()].sort((a, b) => (a.slug < b.slug ? -1 : a.slug > b.slug ? 1 : 0));
  const index = buildIndex(bestBySlug(bySlug));
  kept.set(tenantId, { mark, commands, index });
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return index;
}
