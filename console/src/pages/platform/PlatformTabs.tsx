import { Tabs } from "../../components/Tabs.tsx";
import { PLATFORM_TABS } from "./tabs.ts";

/** The kinds of record. */
export function PlatformTabs({ here }: { here?: string }) {
  return <Tabs of={PLATFORM_TABS} label="Platform" {...(here ? { here } : {})} />;
}
