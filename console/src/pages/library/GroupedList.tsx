/** Commands under the headings of their groups, driven by j, k and Enter; only what is in sight is drawn. */
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useMemo, useRef, useState } from "react";
import type { Command } from "../../api/types.ts";
import { useActions } from "../../frame/actions.ts";
import type { Group } from "./groups.ts";

const ROW = 52;
const HEADING = 38;

export function GroupedList({ groups, row }: { groups: readonly Group[]; row(command: Command): ReactNode }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(-1);
  const lines = useMemo(
    () => groups.flatMap(({ title, commands }) => [{ title, count: commands.length }, ...commands]),
    [groups],
  );
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => ("slug" in (lines[index] as object) ? ROW : HEADING),
    overscan: 12,
  });
  const move = (by: 1 | -1) => {
    let next = at;
    do next += by;
    while (next >= 0 && next < lines.length && !("slug" in (lines[next] as object)));
    if (next < 0 || next >= lines.length) return;
    setAt(next);
    rows.scrollToIndex(next, { align: "auto" });
    const focus = () => {
      const found = scroller.current?.querySelector<HTMLElement>(`[data-row="${next}"]`);
      found?.focus({ preventScroll: true });
      return found;
    };
    // At once, so that Enter right behind it means this row; one that is not drawn yet is there with the next picture.
    if (!focus()) requestAnimationFrame(focus);
  };
  useActions([
    { id: "list.down", label: "Next row", keys: "j", group: "List", run: () => move(1), hidden: true },
    { id: "list.up", label: "Row before", keys: "k", group: "List", run: () => move(-1), hidden: true },
  ]);
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      <ul aria-label="Commands" className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, size }) => {
          const line = lines[index];
          if (line === undefined) return null;
          return (
            <li
              key={index}
              className="absolute inset-x-0 top-0 border-b hover:bg-hover has-[h2]:hover:bg-transparent"
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              {"slug" in line ? (
                <Link
                  to="/library/$slug"
                  params={{ slug: line.slug }}
                  data-row={index}
                  onFocus={() => setAt(index)}
                  className="block h-full focus-visible:bg-selected focus-visible:-outline-offset-2"
                >
                  {row(line)}
                </Link>
              ) : (
                <div className="flex h-full items-end gap-2 px-4 pb-1.5 md:px-6">
                  <h2 className="foreign truncate font-semibold first-letter:uppercase">{line.title}</h2>
                  <span className="text-faint text-sm tabular-nums">{line.count}</span>
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
