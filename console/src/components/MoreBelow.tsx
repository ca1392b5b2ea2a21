/** At the foot of what scrolls by itself: a sign that there is more, until its end is in sight. */
import { ChevronDown } from "lucide-react";
import { useEffect, useRef, useState } from "react";

export function MoreBelow() {
  const end = useRef<HTMLDivElement>(null);
  const [more, setMore] = useState(false);
  useEffect(() => {
    if (!end.current) return;
    const watch = new IntersectionObserver(([entry]) => setMore(entry?.isIntersecting === false), {
      root: end.current.parentElement,
    });
    watch.observe(end.current);
    return () => watch.disconnect();
  }, []);
  return (
    <>
      <div ref={end} className="h-px" />
      {more && (
        <div
          aria-hidden="true"
          className="pointer-events-none sticky bottom-0 flex min-h-7 items-center justify-center gap-1 border-t bg-bg text-muted text-sm"
        >
          <ChevronDown size={13} /> more below
        </div>
      )}
    </>
  );
}
