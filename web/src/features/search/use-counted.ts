/** How many results the page has, and how many have each value: of its words, or of its filter. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { FacetCounts } from "@/api/types";
import { usePhoto } from "@/shared/photo/photo";
import { filterOf } from "./fields";
import type { SearchParams } from "./params";
import { counts } from "./queries";
import { useParams } from "./use-params";
import { wordSearch } from "./word-queries";

/** So deep does the server page through what is near to a photo. */
const MOST_NEAR = 1000;

/** `total` is undefined where it is not known, or not yet. */
type Counted = { total: number | undefined; facets: FacetCounts | undefined };

export function useCounted(): Counted {
  const params = useParams();
  const { photo } = usePhoto();
  const { text, literal, sort } = params;
  const isByWords = text !== undefined && !isBeside(params);
  const filter = filterOf(params);
  const found = useInfiniteQuery({
    ...wordSearch({ text: text ?? "", literal }, filter, sort),
    enabled: isByWords,
    placeholderData: keepPreviousData,
  });
  const browsed = useQuery({ ...counts(filter), enabled: !isByWords, placeholderData: keepPreviousData });
  if (isByWords) {
    const first = found.data?.pages[0];
    return {
      total: found.isPlaceholderData ? undefined : (first?.total ?? undefined),
      facets: first?.facets ?? undefined,
    };
  }
  const all = browsed.isPlaceholderData ? undefined : browsed.data?.total;
  return {
    total: all === undefined ? undefined : shownOf(all, params, photo !== undefined),
    facets: browsed.data?.facets,
  };
}

function isBeside({ like, with: goesWith, photo }: SearchParams): boolean {
  return like !== undefined || goesWith !== undefined || photo !== undefined;
}

/** How many of `all` items that match the filter the page shows; undefined where only the server knows. */
function shownOf(all: number, params: SearchParams, hasPhoto: boolean): number | undefined {
  if (params.like !== undefined || params.with !== undefined) return undefined;
  if (params.photo === undefined || !hasPhoto) return all;
  return params.text === undefined && params.sort === undefined ? Math.min(all, MOST_NEAR) : undefined;
}
