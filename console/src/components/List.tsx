/** A list driven by j, k and Enter as well as by the mouse. Its rows are links, so that they open in a tab of their own too. */
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useActions } from "../frame/actions.ts";

export interface ListProps<T> {
  /** What it lists, for those who cannot see it. */
  label: string;
  items: readonly T[];
  idOf(item: T): string;
  /** Where a row leads. */
  to(item: T): string;
  row(item: T): ReactNode;
  /** Beside the row and no part of its link: a checkbox, a button. */
  beside?: (item: T) => ReactNode;
  /** Height of a row, px. Every row has it: that is what makes thousands scroll smoothly. */
  rowHeight?: number;
  /** Called when the end comes into sight. */
  onEnd?: () => void;
  /** Below the rows: an end mark, or that more is on its way. */
  foot?: ReactNode;
  /** Scrolls by itself and shows only what is in sight; without it the list is as long as it is. */
  virtual?: boolean;
  className?: string;
}

export function List<T>(props: ListProps<T>) {
  const { items, label, virtual = false, className = "" } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(-1);
  const rows = useVirtualizer({
    count: virtual ? items.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => props.rowHeight ?? 44,
    overscan: 12,
  });
  const visibleRows = rows.getVirtualItems();
  const last = visibleRows.at(-1)?.index ?? 0;
  const { onEnd } = props;
  useEffect(() => {
    if (virtual && items.length > 0 && last >= items.length - 20) onEnd?.();
  }, [virtual, last, items.length, onEnd]);

  const move = (by: number) => {
    const next = Math.min(Math.max(at + by, 0), items.length - 1);
    setAt(next);
    if (virtual) rows.scrollToIndex(next, { align: "auto" });
    const focus = () => {
      const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${next}"]`);
      row?.focus({ preventScroll: virtual });
      return row;
    };
    // At once, so that Enter right behind it means this row; one that is not drawn yet is there with the next picture.
    if (!focus()) requestAnimationFrame(focus);
  };
  useActions(
    items.length === 0
      ? []
      : [
          { id: "list.down", label: "Next row", keys: "j", group: "List", run: () => move(1), hidden: true },
          {
            id: "list.up",
            label: "Previous row",
            keys: "k",
            group: "List",
            run: () => move(-1),
            hidden: true,
          },
        ],
  );

  const { beside } = props;
  const line = (item: T, index: number) => (
    <div className="flex h-full border-b hover:bg-hover">
      {beside && <div className="flex shrink-0 items-center">{beside(item)}</div>}
      {link(item, index)}
    </div>
  );
  const link = (item: T, index: number) => (
    <Link
      {...place(props.to(item))}
      data-row={index}
      onFocus={() => setAt(index)}
      className="block h-full min-w-0 flex-1 focus-visible:bg-selected focus-visible:-outline-offset-2 aria-[current=page]:bg-selected"
    >
      {props.row(item)}
    </Link>
  );
  if (!virtual)
    return (
      <div ref={scroller} className={className}>
        <ul aria-label={label}>
          {items.map((item, index) => (
            <li key={props.idOf(item)} className="last:[&>div]:border-b-0">
              {line(item, index)}
            </li>
          ))}
        </ul>
        {props.foot}
      </div>
    );
  return (
    <div ref={scroller} className={`min-h-0 flex-1 overflow-y-auto ${className}`}>
      <ul aria-label={label} className="relative" style={{ height: rows.getTotalSize() }}>
        {visibleRows.map(({ index, start, size }) => {
          const item = items[index];
          return item === undefined ? null : (
            <li
              key={props.idOf(item)}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              className="absolute inset-x-0 top-0"
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              {line(item, index)}
            </li>
          );
        })}
      </ul>
      {props.foot}
    </div>
  );
}

/** An address as the router takes it: the path, and apart from it what it searches for. */
function place(address: string): { to: string; search?: never } {
  const cut = address.indexOf("?");
  if (cut < 0) return { to: address };
  const search = Object.fromEntries(new URLSearchParams(address.slice(cut + 1)));
  return { to: address.slice(0, cut), search: search as never };
}
