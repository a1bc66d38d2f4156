import type { QueryClient } from "@tanstack/react-query";
import { infoQuery, itemQuery } from "@/api/queries";
import { filterOf } from "./fields";
import type { SearchParams } from "./params";
import { browse, goesWithSearch, likeSearch } from "./queries";
import { GoesWithSearch, LikeSearch, WordSearch } from "./views";
import { wordSearch } from "./word-queries";

/** Asks for what the page shows, while the page's own files are still on their way. */
export async function askAhead(queryClient: QueryClient, params: SearchParams): Promise<void> {
  const { like, with: goesWith, text, literal, tint, photo, sort } = params;
  const filter = filterOf(params);
  if (photo !== undefined || tint !== undefined) return;
  if (like !== undefined) {
    const results = text === undefined ? queryClient.prefetchInfiniteQuery(likeSearch(like, filter, sort)) : undefined;
    await Promise.all([queryClient.prefetchQuery(itemQuery(like)), results, LikeSearch.preload?.()]);
  } else if (goesWith !== undefined) {
    const results = queryClient.prefetchInfiniteQuery(goesWithSearch(goesWith, filter));
    await Promise.all([queryClient.prefetchQuery(itemQuery(goesWith)), results, GoesWithSearch.preload?.()]);
  } else if (text !== undefined) {
    const results = queryClient.prefetchInfiniteQuery(wordSearch({ text, literal }, filter, sort));
    await Promise.all([results, WordSearch.preload?.()]);
  } else {
    await Promise.all([queryClient.prefetchInfiniteQuery(browse(filter, sort)), queryClient.prefetchQuery(infoQuery)]);
  }
}
