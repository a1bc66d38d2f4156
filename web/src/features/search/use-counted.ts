/** How many results the page has, and how many have each value: of its words, or of its filter. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { FacetCounts } from "@/api/types";
import { usePhoto } from "@/shared/photo/photo";
import { filterOf, withTint, wordsOf } from "./fields";
import type { SearchParams } from "./params";
import { browse, countSuggested, counts, goesWithSearch, likeSearch, photoSearch } from "./queries";
import { useParams } from "./use-params";
import { wordSearch } from "./word-queries";

/** `total` is undefined where it is not known yet. */
type Counted = { total: number | undefined; facets: FacetCounts | undefined };

type Pages<Page> = { data: { pages: readonly Page[] } | undefined; isPlaceholderData: boolean };

/** Of its words or of the catalogue the page's own answer has the facets; beside an item or a photo they are asked for. */
export function useCounted({ isNeeded = true } = {}): Counted {
  const params = useParams();
  const { photo } = usePhoto();
  const asked = askedOf(params, photo !== undefined);
  const filter = filterOf(params);
  const { text = "", literal, like = "", with: goesWith = "", sort, tint } = params;
  const old = { placeholderData: keepPreviousData };
  const words = useInfiniteQuery({
    ...wordSearch({ text, literal }, filter, sort),
    ...old,
    enabled: asked === "words",
  });
  const all = useInfiniteQuery({ ...browse(filter, sort), ...old, enabled: asked === "catalogue" });
  const wanted = withTint(filter, tint);
  const alike = useInfiniteQuery({ ...likeSearch(like, wanted, sort), enabled: asked === "like" });
  const changed = useInfiniteQuery({
    ...wordSearch({ text, literal, like }, wanted, sort),
    enabled: asked === "changed",
  });
  const suggested = useInfiniteQuery({ ...goesWithSearch(goesWith, filter), enabled: asked === "with" });
  const near = useInfiniteQuery({
    ...photoSearch(photo ?? NO_PHOTO, wordsOf(params), wanted, sort),
    enabled: asked === "photo",
  });
  const last = suggested.data?.pages.at(-1);
  const totals = {
    words: totalOf(words),
    like: totalOf(alike),
    changed: totalOf(changed),
    photo: totalOf(near),
    with: last && countSuggested(last),
    catalogue: totalOf(all),
  };
  const own = asked === "words" ? words : asked === "catalogue" ? all : undefined;
  const others = { ...counts(filter), ...old, enabled: own === undefined && isNeeded };
  const beside = useQuery(others);
  const facets = own ? (own.data?.pages[0]?.facets ?? undefined) : beside.data?.facets;
  return { total: totals[asked], facets };
}

const NO_PHOTO = { key: -1, file: new Blob(), url: "", crop: undefined };

/** What the page shows results of. */
function askedOf({ like, with: goesWith, photo, text }: SearchParams, hasPhoto: boolean) {
  if (like !== undefined) return text === undefined ? "like" : "changed";
  if (goesWith !== undefined) return "with";
  if (photo !== undefined) return hasPhoto ? "photo" : "catalogue";
  return text === undefined ? "catalogue" : "words";
}

function totalOf({ data, isPlaceholderData }: Pages<{ total?: number | null }>): number | undefined {
  return isPlaceholderData ? undefined : (data?.pages[0]?.total ?? undefined);
}
