/** The outside of a page: its title as a heading and in the tab, what can be done on it, and its content. */
import { type ReactNode, useEffect } from "react";
import { visible } from "./visible.ts";

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${visible(title)} · Workspace` : "Workspace";
  }, [title]);
}

export function Page({
  title,
  beside,
  actions,
  children,
  wide = false,
}: {
  title: string;
  /** Small things beside the title: a count, a filter. */
  beside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Fills the window and scrolls inside, instead of being as long as it is. */
  wide?: boolean;
}) {
  useTitle(title);
  return (
    <div className={`group/page ${wide ? "flex h-full min-h-0 flex-col" : "w-full pb-16"}`}>
      <header className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5 md:px-6">
        <h1 className="foreign font-semibold text-xl">{visible(title)}</h1>
        {beside}
        {actions && (
          <div
            // Its main button keeps its place, so that nothing moves, and is seen once the list has come and has something in it.
            className="ml-auto flex flex-wrap items-center justify-end gap-2 max-sm:grow group-has-[[data-first],[data-may-be-empty]]/page:[&_.bg-accent]:invisible"
          >
            {actions}
          </div>
        )}
      </header>
      {children}
    </div>
  );
}

/** A part of a page under a small heading; hairlines instead of boxes. */
export function Section({
  title,
  beside,
  children,
  className = "",
}: {
  title: string;
  beside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section aria-label={title} className={`border-t ${className}`}>
      <div className="flex min-h-10 items-center gap-2 px-4 md:px-6">
        <h2 className="font-semibold">{title}</h2>
        {beside}
      </div>
      {children}
    </section>
  );
}
