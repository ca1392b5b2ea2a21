/** The index of each tenant's library, kept while this isolate lives and the library stays as it is. */
import { listCommands } from "@tw/shared/db/commands";
import { buildIndex, type LibraryIndex } from "@tw/shared/resolution/library-index";

/** An index of a thousand commands takes a few megabytes; an isolate has 128. */
const KEPT = 8;
const kept = new Map<string, { mark: string; index: LibraryIndex }>();

/** The index for this state of the library (`mark`); built anew only when that has changed. */
export async function libraryIndex(db: D1Database, tenantId: string, mark: string): Promise<LibraryIndex> {
  const held = kept.get(tenantId);
  if (held?.mark === mark) {
    // Used last goes to the end, where it stays longest.
    kept.delete(tenantId);
    kept.set(tenantId, held);
    return held.index;
  }
  const commands = await listCommands(db, { tenantId, category: null, type: null, status: "active" });
  const index = buildIndex(commands);
  kept.set(tenantId, { mark, index });
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return index;
}
