import type { QueryClient } from "@tanstack/react-query";
import { filterOf } from "./fields";
import type { SearchParams } from "./params";
import { browse } from "./queries";

/** Asks for the catalogue, where the page shows it, while the page's own files are still on their way. */
export function askAhead(queryClient: QueryClient, params: SearchParams): void {
  const { like, with: goesWith, text, photo, sort } = params;
  if ([like, goesWith, text, photo].some((asked) => asked !== undefined)) return;
  void queryClient.prefetchInfiniteQuery(browse(filterOf(params), sort));
}
