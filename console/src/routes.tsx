/** Every address of the console. A page is loaded when it is first opened; to add one, add its route here and to the tree. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { ErrorPage, NotFoundPage } from "./frame/ErrorPage.tsx";
import { Frame } from "./frame/Frame.tsx";
import { readApprovalSearch } from "./pages/approvals/search.ts";
import { readAuditSearch } from "./pages/audit/search.ts";
import { readLibrarySearch } from "./pages/library/search.ts";
import { readFileSearch } from "./pages/platform/search.ts";
import { readRunSearch } from "./pages/runs/filters.ts";

const root = createRootRoute({ component: Frame, notFoundComponent: NotFoundPage });
const under = () => root;

const home = createRoute({
  getParentRoute: under,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/home/HomePage.tsx"), "HomePage"),
});
const runs = createRoute({
  getParentRoute: under,
  path: "/runs",
  validateSearch: readRunSearch,
  component: lazyRouteComponent(() => import("./pages/runs/RunsPage.tsx"), "RunsPage"),
});
const run = createRoute({
  getParentRoute: under,
  path: "/runs/$id",
  validateSearch: (search): { step?: string; tab?: string } => ({
    ...(typeof search.step === "string" ? { step: search.step } : {}),
    ...(typeof search.tab === "string" ? { tab: search.tab } : {}),
  }),
  component: lazyRouteComponent(() => import("./pages/runs/RunPage.tsx"), "RunPage"),
});
const workflows = createRoute({
  getParentRoute: under,
  path: "/workflows",
  component: lazyRouteComponent(() => import("./pages/workflows/WorkflowsPage.tsx"), "WorkflowsPage"),
});
const newWorkflow = createRoute({
  getParentRoute: under,
  path: "/workflows/new",
  component: lazyRouteComponent(() => import("./pages/workflows/BuilderPage.tsx"), "NewWorkflowPage"),
});
const workflow = createRoute({
  getParentRoute: under,
  path: "/workflows/$slug",
  component: lazyRouteComponent(() => import("./pages/workflows/BuilderPage.tsx"), "BuilderPage"),
});
const workflowVersions = createRoute({
  getParentRoute: under,
  path: "/workflows/$slug/versions",
  validateSearch: (search): { version?: number } =>
    Number.isInteger(search.version) ? { version: search.version as number } : {},
  component: lazyRouteComponent(() => import("./pages/workflows/VersionsPage.tsx"), "VersionsPage"),
});

const approvals = createRoute({
  getParentRoute: under,
  path: "/approvals",
  validateSearch: readApprovalSearch,
  component: lazyRouteComponent(() => import("./pages/approvals/ApprovalsPage.tsx"), "ApprovalsPage"),
});
const approval = createRoute({
  getParentRoute: under,
  path: "/approvals/$id",
  validateSearch: readApprovalSearch,
  component: lazyRouteComponent(() => import("./pages/approvals/ApprovalsPage.tsx"), "ApprovalsPage"),
});
const policies = createRoute({
  getParentRoute: under,
  path: "/approvals/policies",
  component: lazyRouteComponent(() => import("./pages/policies/PoliciesPage.tsx"), "PoliciesPage"),
});
const standIns = createRoute({
  getParentRoute: under,
  path: "/approvals/stand-ins",
  component: lazyRouteComponent(() => import("./pages/policies/StandInsPage.tsx"), "StandInsPage"),
});
const library = createRoute({
  getParentRoute: under,
  path: "/library",
  validateSearch: readLibrarySearch,
  component: lazyRouteComponent(() => import("./pages/library/LibraryPage.tsx"), "LibraryPage"),
});
const newCommand = createRoute({
  getParentRoute: under,
  path: "/library/new",
  component: lazyRouteComponent(() => import("./pages/library/EditPage.tsx"), "NewCommandPage"),
});
const importing = createRoute({
  getParentRoute: under,
  path: "/library/import",
  component: lazyRouteComponent(() => import("./pages/library/ImportPage.tsx"), "ImportPage"),
});
const command = createRoute({
  getParentRoute: under,
  path: "/library/$slug",
  component: lazyRouteComponent(() => import("./pages/library/CommandPage.tsx"), "CommandPage"),
});
const editCommand = createRoute({
  getParentRoute: under,
  path: "/library/$slug/edit",
  component: lazyRouteComponent(() => import("./pages/library/EditPage.tsx"), "EditCommandPage"),
});
const agents = createRoute({
  getParentRoute: under,
  path: "/agents",
  component: lazyRouteComponent(() => import("./pages/agents/AgentsPage.tsx"), "AgentsPage"),
});
const agent = createRoute({
  getParentRoute: under,
  path: "/agents/$id",
  component: lazyRouteComponent(() => import("./pages/agents/AgentPage.tsx"), "AgentPage"),
});
const services = createRoute({
  getParentRoute: under,
  path: "/services",
  component: lazyRouteComponent(() => import("./pages/services/ServicesPage.tsx"), "ServicesPage"),
});
const schedules = createRoute({
  getParentRoute: under,
  path: "/schedules",
  component: lazyRouteComponent(() => import("./pages/automation/SchedulesPage.tsx"), "SchedulesPage"),
});
const schedule = createRoute({
  getParentRoute: under,
  path: "/schedules/$id",
  component: lazyRouteComponent(() => import("./pages/automation/SchedulePage.tsx"), "SchedulePage"),
});
const hooks = createRoute({
  getParentRoute: under,
  path: "/schedules/webhooks",
  component: lazyRouteComponent(() => import("./pages/automation/HooksPage.tsx"), "HooksPage"),
});
const hook = createRoute({
  getParentRoute: under,
  path: "/schedules/webhooks/$id",
  component: lazyRouteComponent(() => import("./pages/automation/HookPage.tsx"), "HookPage"),
});
const secrets = createRoute({
  getParentRoute: under,
  path: "/secrets",
  component: lazyRouteComponent(() => import("./pages/secrets/SecretsPage.tsx"), "SecretsPage"),
});
const people = createRoute({
  getParentRoute: under,
  path: "/people",
  component: lazyRouteComponent(() => import("./pages/people/PeoplePage.tsx"), "PeoplePage"),
});
const groups = createRoute({
  getParentRoute: under,
  path: "/people/groups",
  component: lazyRouteComponent(() => import("./pages/people/GroupsPage.tsx"), "GroupsPage"),
});
const grants = createRoute({
  getParentRoute: under,
  path: "/people/permissions",
  component: lazyRouteComponent(() => import("./pages/people/GrantsPage.tsx"), "GrantsPage"),
});
const tokens = createRoute({
  getParentRoute: under,
  path: "/people/tokens",
  component: lazyRouteComponent(() => import("./pages/people/TokensPage.tsx"), "TokensPage"),
});
const audit = createRoute({
  getParentRoute: under,
  path: "/audit",
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import("./pages/audit/AuditPage.tsx"), "AuditPage"),
});
const infrastructure = createRoute({
  getParentRoute: under,
  path: "/infrastructure",
  component: lazyRouteComponent(
    () => import("./pages/platform/InfrastructurePage.tsx"),
    "InfrastructurePage",
  ),
});
const clients = createRoute({
  getParentRoute: under,
  path: "/platform",
  component: lazyRouteComponent(() => import("./pages/platform/ClientsPage.tsx"), "ClientsPage"),
});
const deployments = createRoute({
  getParentRoute: under,
  path: "/platform/deployments",
  component: lazyRouteComponent(() => import("./pages/platform/DeploymentsPage.tsx"), "DeploymentsPage"),
});
const knowledge = createRoute({
  getParentRoute: under,
  path: "/platform/knowledge",
  component: lazyRouteComponent(() => import("./pages/platform/KnowledgePage.tsx"), "KnowledgePage"),
});
const article = createRoute({
  getParentRoute: under,
  path: "/platform/knowledge/$id",
  component: lazyRouteComponent(() => import("./pages/platform/KnowledgePage.tsx"), "ArticlePage"),
});
const costs = createRoute({
  getParentRoute: under,
  path: "/platform/costs",
  component: lazyRouteComponent(() => import("./pages/platform/CostsPage.tsx"), "CostsPage"),
});
const employees = createRoute({
  getParentRoute: under,
  path: "/platform/employees",
  component: lazyRouteComponent(() => import("./pages/platform/EmployeesPage.tsx"), "EmployeesPage"),
});
const files = createRoute({
  getParentRoute: under,
  path: "/platform/files",
  validateSearch: readFileSearch,
  component: lazyRouteComponent(() => import("./pages/platform/FilesPage.tsx"), "FilesPage"),
});
const query = createRoute({
  getParentRoute: under,
  path: "/platform/query",
  component: lazyRouteComponent(() => import("./pages/platform/QueryPage.tsx"), "QueryPage"),
});
const settings = createRoute({
  getParentRoute: under,
  path: "/settings",
  component: lazyRouteComponent(() => import("./pages/me/MePage.tsx"), "MePage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    runs,
    run,
    workflows,
    newWorkflow,
    workflow,
    workflowVersions,
    approvals,
    approval,
    policies,
    standIns,
    library,
    newCommand,
    importing,
    command,
    editCommand,
    agents,
    agent,
    services,
    schedules,
    schedule,
    hooks,
    hook,
    secrets,
    people,
    groups,
    grants,
    tokens,
    audit,
    infrastructure,
    clients,
    deployments,
    knowledge,
    article,
    costs,
    employees,
    files,
    query,
    settings,
  ]),
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
  defaultPreload: "intent",
  scrollRestoration: true,
  scrollToTopSelectors: ["#page"],
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
