/** All addresses of the site; each page is a chunk of its own. Features meet only here. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouteComponent,
  type RouterHistory,
} from "@tanstack/react-router";
import { whereAnswered } from "@/api/first-answers";
import { infoQuery, itemDetailsQuery } from "@/api/queries";
import { ROOT_PATH } from "@/api/root-path";
import { askAhead, loadView } from "@/features/search/ask-ahead";
import { readSearchParams } from "@/features/search/params";
import { readLookParams, readStudioParams } from "@/features/studio/params";
import { readWornParams } from "@/features/worn/params";
import { parseQuery, writeQuery } from "@/shared/address/query-string";
import { HAS_ACCOUNTS } from "@/shared/people/has";
import { RouteError } from "@/shared/ui/route-error";
import { Layout } from "./layout";
import { NotFound } from "./not-found";
import { dropPageMeta } from "./page-meta";

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Layout,
  notFoundComponent: NotFound,
});

/** Where the server has no accounts, their pages do not exist. */
function ofPeople(page: RouteComponent): RouteComponent {
  return HAS_ACCOUNTS ? page : NotFound;
}

const routes = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: "/",
    validateSearch: readSearchParams,
    loaderDeps: ({ search }) => search,
    loader: async ({ context, deps }) => {
      const asked = whereAnswered(() => askAhead(context.queryClient, deps));
      await Promise.all([loadView(deps), asked]);
    },
    component: lazyRouteComponent(() => import("@/features/search/page"), "SearchPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/item/$itemId",
    loader: ({ context: { queryClient }, params }) =>
      whereAnswered(() =>
        Promise.all([queryClient.prefetchQuery(itemDetailsQuery(params.itemId)), queryClient.prefetchQuery(infoQuery)]),
      ),
    component: lazyRouteComponent(() => import("@/features/item/page"), "ItemPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/demo-shop/$itemId",
    component: lazyRouteComponent(() => import("@/features/demo-shop/page"), "DemoShopPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/studio",
    validateSearch: readStudioParams,
    loader: ({ context: { queryClient } }) => whereAnswered(() => queryClient.prefetchQuery(infoQuery)),
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
    path: "/wishlist",
    component: ofPeople(lazyRouteComponent(() => import("@/features/collected/page"), "WishlistPage")),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/history",
    component: ofPeople(lazyRouteComponent(() => import("@/features/collected/page"), "HistoryPage")),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/account",
    component: ofPeople(lazyRouteComponent(() => import("@/features/account/page"), "AccountPage")),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/account/sign-in",
    component: ofPeople(lazyRouteComponent(() => import("@/features/account/sign-in-page"), "SignInPage")),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/account/sign-up",
    component: ofPeople(lazyRouteComponent(() => import("@/features/account/sign-up-page"), "SignUpPage")),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/account/forgot",
    component: ofPeople(lazyRouteComponent(() => import("@/features/account/mail-pages"), "ForgotPage")),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/account/confirm",
    component: ofPeople(lazyRouteComponent(() => import("@/features/account/mail-pages"), "ConfirmPage")),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/account/address",
    component: ofPeople(lazyRouteComponent(() => import("@/features/account/mail-pages"), "AddressPage")),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/account/reset",
    component: ofPeople(lazyRouteComponent(() => import("@/features/account/mail-pages"), "ResetPage")),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/privacy",
    component: lazyRouteComponent(() => import("@/features/privacy/page"), "PrivacyPage"),
  }),
]);

export function newRouter(queryClient: QueryClient, history?: RouterHistory) {
  const router = createRouter({
    routeTree: routes,
    context: { queryClient },
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
