/** Every address of the console. A page is loaded when it is first opened; to add one, add its route here and to the tree. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { ErrorPage, NotFoundPage } from "./frame/ErrorPage.tsx";
import { Frame } from "./frame/Frame.tsx";
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

export const router = createRouter({
  routeTree: root.addChildren([home, runs, run]),
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
