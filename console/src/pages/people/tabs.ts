import type { Tab } from "../../components/Tabs.tsx";

/** People and machines that may do something here, and what. */
export const PEOPLE_TABS: readonly Tab[] = [
  { to: "/people", label: "People" },
  { to: "/people/groups", label: "Groups" },
  { to: "/people/permissions", label: "Permissions" },
  { to: "/people/tokens", label: "Tokens" },
];
