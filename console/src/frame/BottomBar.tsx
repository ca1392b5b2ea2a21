import { Link, useLocation } from "@tanstack/react-router";
import { Ellipsis, Search } from "lucide-react";
import { useState } from "react";
import { Dialog } from "../components/Dialog.tsx";
import { openPalette } from "../palette/open.ts";
import type { Place } from "./nav.ts";

const BAR = ["/", "/runs", "/approvals"];
const LOOK =
  "relative flex min-h-12 flex-1 flex-col items-center justify-center gap-0.5 text-xs text-muted aria-[current=page]:text-accent";

/** On a phone: the places one needs with a thumb, the palette in the middle, the rest behind "More". */
export function BottomBar({ places, waiting }: { places: readonly Place[]; waiting: number }) {
  const [more, setMore] = useState(false);
  const at = useLocation({ select: ({ pathname }) => pathname });
  const elsewhere = places.some(({ to }) => !BAR.includes(to) && (at === to || at.startsWith(`${to}/`)));
  const tab = (to: string) => {
    const place = places.find((one) => one.to === to);
    if (!place) return null;
    const Icon = place.icon;
    return (
      <Link key={to} to={to} activeOptions={{ exact: to === "/" }} className={LOOK}>
        <Icon size={18} aria-hidden="true" />
        {place.label}
        {to === "/approvals" && waiting > 0 && (
          <span className="absolute top-1 left-1/2 ml-1.5 rounded-full bg-warn-soft px-1 font-medium text-warn text-xs">
            {waiting}
            <span className="sr-only"> waiting for you</span>
          </span>
        )}
      </Link>
    );
  };
  return (
    <nav
      aria-label="Places"
      className="flex shrink-0 items-stretch border-t bg-raised pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {BAR.slice(0, 2).map(tab)}
      <button type="button" onClick={() => openPalette()} className={LOOK}>
        <Search size={18} aria-hidden="true" />
        Run
      </button>
      {BAR.slice(2).map(tab)}
      <button
        type="button"
        onClick={() => setMore(true)}
        className={LOOK}
        aria-haspopup="dialog"
        aria-current={elsewhere ? "page" : undefined}
      >
        <Ellipsis size={18} aria-hidden="true" />
        More
      </button>
      <Dialog
        open={more}
        onClose={() => setMore(false)}
        label="All places"
        className="mb-0 max-w-full rounded-b-none border-x-0 border-b-0"
      >
        <ul className="grid grid-cols-2 gap-1 p-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
          {places.map(({ to, label, icon: Icon }) => (
            <li key={to}>
              <Link
                to={to}
                activeOptions={{ exact: to === "/" }}
                onClick={() => setMore(false)}
                className="flex min-h-11 items-center gap-3 rounded px-3 text-lg hover:bg-hover aria-[current=page]:bg-hover"
              >
                <Icon size={17} aria-hidden="true" className="text-muted" />
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </Dialog>
    </nav>
  );
}
