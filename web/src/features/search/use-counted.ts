/** How many results the page has, and how many have each value: of its words, or of its filter. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { FacetCounts } from "@/api/types";
import { usePhoto } from "@/shared/photo/photo";
import { filterOf } from "./fields";
import type { SearchParams } from "./params";
import { browse, counts } from "./queries";
import { useParams } from "./use-params";
import { wordSearch } from "./word-queries";

/** So deep does the server page through what is near to a photo. */
const MOST_NEAR = 1000;

/** `total` is undefined where it is not known, or not yet. */
type Counted = { total: number | undefined; facets: FacetCounts | undefined };

/** Of its words or of the catalogue the page's own answer says it; beside an item or a photo it is asked for. */
export function useCounted({ isNeeded = true } = {}): Counted {
  const params = useParams();
  const { photo } = usePhoto();
  const { text, literal, sort } = params;
  const isOthers = isBeside(params);
  const isByWords = text !== undefined && !isOthers;
  const filter = filterOf(params);
  const words = { ...wordSearch({ text: text ?? "", literal }, filter, sort), enabled: isByWords };
  const found = useInfiniteQuery({ ...words, placeholderData: keepPreviousData });
  const catalogue = { ...browse(filter, sort), enabled: !isByWords && !isOthers };
  const all = useInfiniteQuery({ ...catalogue, placeholderData: keepPreviousData });
  const others = { ...counts(filter), enabled: isOthers && isNeeded };
  const beside = useQuery({ ...others, placeholderData: keepPreviousData });
  if (isByWords) {
    const first = found.data?.pages[0];
    return {
      total: found.isPlaceholderData ? undefined : (first?.total ?? undefined),
      facets: first?.facets ?? undefined,
    };
  }
  const counted = isOthers ? beside.data : all.data?.pages[0];
  const isOld = isOthers ? beside.isPlaceholderData : all.isPlaceholderData;
  return {
    total: counted === undefined || isOld ? undefined : shownOf(counted.total, params, photo !== undefined),
    facets: counted?.facets,
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
