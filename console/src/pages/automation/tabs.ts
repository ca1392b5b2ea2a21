import type { Tab } from "../../components/Tabs.tsx";

/** What starts runs by itself. */
export const AUTOMATION_TABS: readonly Tab[] = [
  { to: "/schedules", label: "Schedules" },
  { to: "/schedules/webhooks", label: "Webhooks" },
];
