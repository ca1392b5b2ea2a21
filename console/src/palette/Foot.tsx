import type { ReactNode } from "react";

/** The line of keys at the foot of the palette. */
export function Foot({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-9 shrink-0 items-center gap-4 border-t bg-bg px-4 text-muted text-sm max-md:pb-[env(safe-area-inset-bottom)]">
      {children}
    </div>
  );
}
