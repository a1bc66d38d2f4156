/** The addresses of the operator's pages; each page is a chunk of its own. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from "@tanstack/react-router";
import { ROOT_PATH } from "@/api/root-path";
import { readMapParams } from "@/features/map/params";
import { parseQuery, writeQuery } from "@/shared/address/query-string";
import { RouteError } from "@/shared/ui/route-error";
import { AdminLayout } from "./layout";
import { AdminNotFound } from "./not-found";

const root = createRootRoute({ component: AdminLayout, notFoundComponent: AdminNotFound });
const routes = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: "/admin",
    component: lazyRouteComponent(() => import("@/features/overview/page"), "OverviewPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/admin/map",
    validateSearch: readMapParams,
    component: lazyRouteComponent(() => import("@/features/map/page"), "MapPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/admin/evaluation",
    component: lazyRouteComponent(() => import("@/features/evaluation/page"), "EvaluationPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/admin/imports",
    component: lazyRouteComponent(() => import("@/features/imports/page"), "ImportsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/admin/experiments",
    component: lazyRouteComponent(() => import("@/features/experiments/page"), "ExperimentsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/admin/rules",
    component: lazyRouteComponent(() => import("@/features/merchandising/rules-page"), "RulesPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/admin/words",
    component: lazyRouteComponent(() => import("@/features/merchandising/words-page"), "WordsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/admin/looks",
    component: lazyRouteComponent(() => import("@/features/merchandising/looks-page"), "LooksPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/admin/analytics",
    component: lazyRouteComponent(() => import("@/features/analytics/page"), "AnalyticsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/admin/audit",
    component: lazyRouteComponent(() => import("@/features/audit/page"), "AuditPage"),
  }),
]);

export function newAdminRouter(history?: RouterHistory) {
  return createRouter({
    routeTree: routes,
    basepath: ROOT_PATH || "/",
    parseSearch: parseQuery,
    stringifySearch: writeQuery,
    defaultErrorComponent: RouteError,
    scrollRestoration: true,
    ...(history && { history }),
  });
}
