/** The searches of the page, as its cache of answers has them. */
import type { QueryClient } from "@tanstack/react-query";

export type Searched = { readonly words: string; readonly results: number | undefined };

const KINDS: readonly unknown[] = ["words", "photo", "like", "with"];

/** Calls `onSearch` when a search is answered the first time, not for its further pages. */
export function watchSearches(cache: QueryClient, onSearch: (searched: Searched) => void): () => void {
  return cache.getQueryCache().subscribe((event) => {
    if (event.type !== "updated" || event.action.type !== "success") return;
    const { queryKey, state } = event.query;
    if (queryKey[0] !== "search" || !KINDS.includes(queryKey[1])) return;
    const page = firstPage(state.data);
    if (page !== undefined) onSearch({ words: wordsOf(queryKey), results: page.total ?? page.results?.length });
  });
}

type Page = { total?: number | null; results?: readonly unknown[] };

function firstPage(data: unknown): Page | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  if (!("pages" in data)) return data;
  const pages = data.pages as readonly Page[];
  return pages.length === 1 ? pages[0] : undefined;
}

/** The words beside a photo or an item, or alone. */
function wordsOf(key: readonly unknown[]): string {
  const words = key[1] === "words" ? key[3] : key[1] === "photo" ? (key[4] as { text?: string }).text : "";
  return typeof words === "string" ? words : "";
}
