/** The places of the console, in the order of the rail. One whose route does not exist is not shown. */
import {
  Bot,
  CalendarClock,
  CircleCheckBig,
  CloudCog,
  Database,
  History,
  House,
  KeyRound,
  Library,
  type LucideIcon,
  Server,
  ShieldCheck,
  Users,
  Workflow,
} from "lucide-react";

export interface Place {
  to: string;
  label: string;
  icon: LucideIcon;
  /** Typed one after the other. */
  keys: string;
  /** Below the line: what is set up now and then. */
  below?: boolean;
}

export const PLACES: readonly Place[] = [
  { to: "/", label: "Home", icon: House, keys: "g h" },
  { to: "/runs", label: "Runs", icon: History, keys: "g r" },
  { to: "/approvals", label: "Approvals", icon: CircleCheckBig, keys: "g a" },
  { to: "/library", label: "Library", icon: Library, keys: "g l" },
  { to: "/workflows", label: "Workflows", icon: Workflow, keys: "g w" },
  { to: "/agents", label: "Agents", icon: Bot, keys: "g m" },
  { to: "/services", label: "Services", icon: Server, keys: "g v", below: true },
  { to: "/schedules", label: "Schedules", icon: CalendarClock, keys: "g s", below: true },
  { to: "/secrets", label: "Secrets", icon: KeyRound, keys: "g k", below: true },
  { to: "/people", label: "People", icon: Users, keys: "g p", below: true },
  { to: "/audit", label: "Audit", icon: ShieldCheck, keys: "g u", below: true },
  { to: "/infrastructure", label: "Infrastructure", icon: CloudCog, keys: "g i", below: true },
  { to: "/platform", label: "Platform", icon: Database, keys: "g d", below: true },
];
