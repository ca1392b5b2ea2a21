/** Pages that belong together, as links below the title. */
import { Link } from "@tanstack/react-router";

export interface Tab {
  to: string;
  label: string;
  count?: number | undefined;
}

export function Tabs({
  of,
  label,
  here,
}: {
  of: readonly Tab[];
  label: string;
  /** The one a page belongs to that is none of them itself. */
  here?: string;
}) {
  return (
    <nav aria-label={label} className="flex gap-x-1 overflow-x-auto border-b px-2 md:px-4">
      {of.map(({ to, label: words, count }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to !== here, includeSearch: false }}
          className="-mb-px inline-flex min-h-9 items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 px-2 text-muted hover:text-text focus-visible:-outline-offset-2
            aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-text"
        >
          {words}
          {count ? <span className="text-sm text-warn tabular-nums">{count}</span> : null}
        </Link>
      ))}
    </nav>
  );
}
