import { useEffect, useRef } from "react";
import { Tabs } from "../../components/Tabs.tsx";
import { PLATFORM_TABS } from "./tabs.ts";

/** The kinds of record. On a phone they scroll, and the one that is open is brought into sight. */
export function PlatformTabs({ here }: { here?: string }) {
  const around = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const open = around.current?.querySelector<HTMLElement>("[aria-current=page]");
    const strip = open?.parentElement;
    if (open && strip) strip.scrollLeft = open.offsetLeft - (strip.clientWidth - open.offsetWidth) / 2;
  }, []);
  return (
    <div ref={around} className="relative">
      <Tabs of={PLATFORM_TABS} label="Platform" {...(here ? { here } : {})} />
    </div>
  );
}
