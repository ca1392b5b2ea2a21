import type { Tab } from "../../components/Tabs.tsx";

/** What belongs to approvals, in the order it is looked for. */
export const APPROVAL_TABS: readonly Tab[] = [
  { to: "/approvals", label: "Inbox" },
  { to: "/approvals/policies", label: "Policies" },
  { to: "/approvals/stand-ins", label: "Stand-ins" },
];
