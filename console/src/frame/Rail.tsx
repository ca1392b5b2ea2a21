import { Link } from "@tanstack/react-router";
import type { Place } from "./nav.ts";

/** On the left: narrow on small screens, with words on wide ones. */
export function Rail({ places, waiting }: { places: readonly Place[]; waiting: number }) {
  const above = places.filter((place) => !place.below);
  const below = places.filter((place) => place.below);
  return (
    <nav
      aria-label="Places"
      className="hidden w-12 flex-col gap-px overflow-y-auto border-r px-1.5 py-2 md:flex lg:w-44 lg:px-2"
    >
      {above.map((place) => (
        <RailLink key={place.to} place={place} waiting={place.to === "/approvals" ? waiting : 0} />
      ))}
      {below.length > 0 && <hr className="mx-1.5 my-2" />}
      {below.map((place) => (
        <RailLink key={place.to} place={place} waiting={0} />
      ))}
    </nav>
  );
}

function RailLink({ place, waiting }: { place: Place; waiting: number }) {
  const Icon = place.icon;
  return (
    <Link
      to={place.to}
      activeOptions={{ exact: place.to === "/" }}
      title={place.label}
      className="relative flex h-8 shrink-0 items-center gap-2.5 rounded px-2.5 text-muted hover:bg-hover hover:text-text lg:px-2
        aria-[current=page]:bg-hover aria-[current=page]:font-medium aria-[current=page]:text-text"
    >
      <Icon size={15} aria-hidden="true" className="shrink-0" />
      <span className="max-lg:sr-only">{place.label}</span>
      {waiting > 0 && (
        <span className="ml-auto rounded-full bg-warn-soft px-1.5 font-medium text-sm text-warn tabular-nums max-lg:absolute max-lg:top-0 max-lg:right-0 max-lg:px-1 max-lg:text-xs">
          {waiting > 99 ? "99+" : waiting}
          <span className="sr-only"> waiting for you</span>
        </span>
      )}
    </Link>
  );
}
