import type { Command } from "@tw/shared/contracts/definition";
import { bestBySlug, findCommands } from "@tw/shared/db/commands";
import type { Lookup } from "@tw/shared/library/names";

/**
 * Commands by slug for one plan. What is asked for in the same moment is fetched in one query, and nothing twice.
 * @param known commands that were read already
 */
export function commandLookup(db: D1Database, tenantId: string, known: Command[]): Lookup {
  const found = new Map<string, Command | null>(bestBySlug(known).map((command) => [command.slug, command]));
  let asked = new Set<string>();
  let fetching: Promise<void> | null = null;
  const fetchAsked = async () => {
    // Everybody who asks before the next turn is in the same query.
    await Promise.resolve();
    const slugs = [...asked];
    asked = new Set();
    fetching = null;
    const commands = await findCommands(db, tenantId, slugs);
    for (const slug of slugs) found.set(slug, null);
    for (const command of commands) found.set(command.slug, command);
  };
  return async (slug) => {
    const held = found.get(slug);
    if (held !== undefined) return held;
    asked.add(slug);
    fetching ??= fetchAsked();
    await fetching;
    return found.get(slug) ?? null;
  };
}
