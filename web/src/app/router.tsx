/** All addresses of the site; each page is a chunk of its own. Features meet only here. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from "@tanstack/react-router";
import { ROOT_PATH } from "@/api/root-path";
import { readMapParams } from "@/features/map/params";
import { readSearchParams } from "@/features/search/params";
import { readLookParams, readStudioParams } from "@/features/studio/params";
import { readWornParams } from "@/features/worn/params";
import { Layout } from "./layout";
import { NotFound } from "./not-found";
import { dropPageMeta } from "./page-meta";
import { parseQuery, writeQuery } from "./query-string";
import { RouteError } from "./route-error";

const root = createRootRoute({ component: Layout, notFoundComponent: NotFound });

const routes = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: "/",
    validateSearch: readSearchParams,
    component: lazyRouteComponent(() => import("@/features/search/page"), "SearchPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/item/$itemId",
    component: lazyRouteComponent(() => import("@/features/item/page"), "ItemPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/studio",
    validateSearch: readStudioParams,
    component: lazyRouteComponent(() => import("@/features/studio/page"), "StudioPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/look",
    validateSearch: readLookParams,
    component: lazyRouteComponent(() => import("@/features/studio/look-page"), "LookPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/shop-the-look",
    validateSearch: readWornParams,
    component: lazyRouteComponent(() => import("@/features/worn/page"), "WornPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/map",
    validateSearch: readMapParams,
    component: lazyRouteComponent(() => import("@/features/map/page"), "MapPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/evaluation",
    component: lazyRouteComponent(() => import("@/features/evaluation/page"), "EvaluationPage"),
  }),
]);

export function newRouter(history?: RouterHistory) {
  const router = createRouter({
    routeTree: routes,
    basepath: ROOT_PATH || "/",
    parseSearch: parseQuery,
    stringifySearch: writeQuery,
    defaultPreload: "intent",
    defaultErrorComponent: RouteError,
    scrollRestoration: true,
    ...(history && { history }),
  });
  router.subscribe("onBeforeNavigate", dropPageMeta);
  return router;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
