import type { QueryClient } from "@tanstack/react-query";
import { infoQuery, itemQuery } from "@/api/queries";
import { filterOf } from "./fields";
import type { SearchParams } from "./params";
import { browse, goesWithSearch, likeSearch } from "./queries";
import { GoesWithSearch, LikeSearch, PhotoSearch, WordSearch } from "./views";
import { wordSearch } from "./word-queries";

/** Asks for what the page shows, while the page's own files are still on their way. */
export async function askAhead(queryClient: QueryClient, params: SearchParams): Promise<void> {
  const { like, with: goesWith, text, literal, tint, photo, sort } = params;
  const filter = filterOf(params);
  if (photo !== undefined || tint !== undefined) return;
  if (like !== undefined) {
    const results = text === undefined ? queryClient.prefetchInfiniteQuery(likeSearch(like, filter, sort)) : undefined;
    await Promise.all([queryClient.prefetchQuery(itemQuery(like)), results]);
  } else if (goesWith !== undefined) {
    const results = queryClient.prefetchInfiniteQuery(goesWithSearch(goesWith, filter));
    await Promise.all([queryClient.prefetchQuery(itemQuery(goesWith)), results]);
  } else if (text !== undefined) {
    await queryClient.prefetchInfiniteQuery(wordSearch({ text, literal }, filter, sort));
  } else {
    await Promise.all([queryClient.prefetchInfiniteQuery(browse(filter, sort)), queryClient.prefetchQuery(infoQuery)]);
  }
}

/** Loads the part of the page that shows it: until it is there the page before stays. */
export async function loadView({ like, with: goesWith, text, photo }: SearchParams): Promise<void> {
  const results = like !== undefined ? LikeSearch : goesWith !== undefined ? GoesWithSearch : undefined;
  const view = results ?? (photo !== undefined ? PhotoSearch : text !== undefined ? WordSearch : undefined);
  await view?.preload?.()?.catch(() => undefined); // the page says that it failed
}
