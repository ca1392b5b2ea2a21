/** What is known of one thing: names on the left, values on the right. */
import type { ReactNode } from "react";

export type Fact = readonly [name: string, value: ReactNode] | null | false;

export function Facts({ of, className = "" }: { of: readonly Fact[]; className?: string }) {
  return (
    <dl
      className={`grid grid-cols-[6rem_minmax(0,1fr)] gap-x-2 gap-y-1.5 px-4 pb-4 sm:grid-cols-[9rem_minmax(0,1fr)] sm:gap-x-6 md:px-6 ${className}`}
    >
      {of.map((fact) =>
        fact ? (
          <div key={fact[0]} className="col-span-2 grid grid-cols-subgrid items-baseline">
            <dt className="text-muted max-sm:text-sm">{fact[0]}</dt>
            <dd className="foreign min-w-0">{fact[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

/** Small words beside each other: labels, groups, scopes. */
export function Tags({ of, none = "none" }: { of: readonly string[]; none?: string }) {
  if (of.length === 0) return <span className="text-faint">{none}</span>;
  return (
    <span className="inline-flex min-w-0 flex-wrap gap-1">
      {of.map((tag) => (
        <span key={tag} className="foreign rounded-sm bg-sunken px-1.5 font-mono text-sm">
          {tag}
        </span>
      ))}
    </span>
  );
}
