/** What the search page shows beside the catalogue; each has a file of its own, and is shown at once if that is there. */
import { lazyRouteComponent } from "@tanstack/react-router";

export const GoesWithSearch = lazyRouteComponent(() => import("./goes-with-search"));
export const LikeSearch = lazyRouteComponent(() => import("./like-search"));
export const PhotoSearch = lazyRouteComponent(() => import("./photo-search"));
export const WordSearch = lazyRouteComponent(() => import("./word-search"));
