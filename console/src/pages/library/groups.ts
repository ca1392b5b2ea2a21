/** The library in groups: what is run here most, what belongs to this workspace, and the rest by category. Pure. */
import type { Command } from "../../api/types.ts";

/** As many of those that are run most as one looks over at a glance. */
const MOST = 8;

export interface Group {
  title: string;
  commands: readonly Command[];
}
export const ORDERS = ["category", "use", "name"] as const;
export type Order = (typeof ORDERS)[number];

/** A command that is run here stands in two groups: among those run most, and where it belongs. */
export function groupsOf(commands: readonly Command[], order: Order): Group[] {
  const byName = [...commands].sort((a, b) => a.name.localeCompare(b.name));
  if (order === "name") return [{ title: "By name", commands: byName }];
  const used = [...commands]
    .filter(({ usage_count }) => usage_count > 0)
    .sort((a, b) => b.usage_count - a.usage_count || (b.last_used_at ?? 0) - (a.last_used_at ?? 0));
  if (order === "use")
    return filled([
      { title: "Run here, most first", commands: used },
      { title: "Never run here", commands: byName.filter(({ usage_count }) => usage_count === 0) },
    ]);
  const shipped = Map.groupBy(
    byName.filter(({ is_public }) => is_public),
    ({ category }) => category,
  );
  return filled([
    { title: "Run here most", commands: used.slice(0, MOST) },
    { title: "Of this workspace", commands: byName.filter(({ is_public }) => !is_public) },
    ...[...shipped]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([category, of]) => ({ title: category, commands: of })),
  ]);
}

function filled(groups: Group[]): Group[] {
  return groups.filter(({ commands }) => commands.length > 0);
}
