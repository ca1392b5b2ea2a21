import type { Tab } from "../../components/Tabs.tsx";

/** The company's own data. */
export const PLATFORM_TABS: readonly Tab[] = [
  { to: "/platform", label: "Clients" },
  { to: "/platform/deployments", label: "Deployments" },
  { to: "/platform/knowledge", label: "Knowledge" },
  { to: "/platform/costs", label: "Costs" },
  { to: "/platform/employees", label: "Employees" },
  { to: "/platform/files", label: "Files" },
  { to: "/platform/query", label: "Query" },
];
