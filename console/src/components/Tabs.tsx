/** Pages that belong together, as links below the title. Where they do not fit they scroll, and show that more follows. */
import { Link } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";

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
  const strip = useRef<HTMLElement>(null);
  const hidden = useHidden(strip);
  return (
    <div className="relative border-b">
      <nav
        ref={strip}
        aria-label={label}
        data-fades-before={hidden.before || undefined}
        data-fades-after={hidden.after || undefined}
        className="strip -mb-px flex gap-x-1 overflow-x-auto px-2 [scrollbar-width:none] md:px-4"
      >
        {of.map(({ to, label: words, count }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to !== here, includeSearch: false }}
            className="inline-flex min-h-9 items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 px-2 text-muted hover:text-text focus-visible:-outline-offset-2 pointer-coarse:min-h-11
              aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-text"
          >
            {words}
            {count ? <span className="text-sm text-warn tabular-nums">{count}</span> : null}
          </Link>
        ))}
      </nav>
      {hidden.before && <ChevronLeft size={14} aria-hidden="true" className={`${SIGN} left-1`} />}
      {hidden.after && <ChevronRight size={14} aria-hidden="true" className={`${SIGN} right-1`} />}
    </div>
  );
}

/** A touch goes through it, to the tab that is half in sight. */
const SIGN = "pointer-events-none absolute top-1/2 -translate-y-1/2 text-muted";

/** On which sides of the strip something is out of sight. First of all the tab that is open is brought into its middle. */
function useHidden(strip: { readonly current: HTMLElement | null }): { before: boolean; after: boolean } {
  const [hidden, setHidden] = useState({ before: false, after: false });
  useLayoutEffect(() => {
    const nav = strip.current;
    if (!nav) return;
    const look = () => {
      const before = nav.scrollLeft > 1;
      const after = nav.scrollLeft + nav.clientWidth < nav.scrollWidth - 1;
      setHidden((old) => (old.before === before && old.after === after ? old : { before, after }));
    };
    const center = () => {
      const open = nav.querySelector<HTMLElement>("[aria-current=page]");
      if (open) nav.scrollLeft += middle(open) - middle(nav);
      look();
    };
    center();
    // The typeface may come later than the words, and a phone may be turned.
    const sizes = new ResizeObserver(center);
    sizes.observe(nav);
    for (const tab of nav.children) sizes.observe(tab);
    nav.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      nav.removeEventListener("scroll", look);
    };
  }, [strip]);
  return hidden;
}

function middle(of: HTMLElement): number {
  const { left, width } = of.getBoundingClientRect();
  return left + width / 2;
}
