/** The filter that counts are under: the page's, and the conditions that the words of a search name. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { infoQuery } from "@/api/queries";
import type { Info, SearchResults } from "@/api/types";
import { type FilterFields, filterOf } from "./fields";
import { isFacet } from "./params";
import { useParams } from "./use-params";
import { wordSearch } from "./word-queries";

export function useCounted(): FilterFields {
  const params = useParams();
  const { like, photo, text, literal } = params;
  const filter = filterOf(params);
  const isByWords = text !== undefined && like === undefined && photo === undefined;
  const { data: info } = useQuery(infoQuery);
  const { data } = useInfiniteQuery({ ...wordSearch({ text: text ?? "", literal }, filter), enabled: isByWords });
  const answer = data?.pages[0];
  return answer && info ? { ...named(answer, info), ...filter } : filter;
}

/** What the words named, but for what was dropped, and the colours and materials, which only order the results. */
function named({ recognised = [], notices = [] }: SearchResults, { filters }: Info): FilterFields {
  const dropped = notices.filter(({ code }) => code === "condition_dropped").map(({ parameters }) => parameters.name);
  const found: FilterFields = {};
  for (const { name, value } of recognised) {
    if (dropped.includes(name)) continue;
    const filter = filters.find(({ facet }) => facet === name)?.name ?? "";
    if (name === "price_min" || name === "price_max") found[name] = Number(value);
    else if (isFacet(filter) && STRICT.includes(filter)) found[filter] = [...(found[filter] ?? []), String(value)];
  }
  return found;
}

const STRICT = ["semantic_category", "brand", "size", "currency"];
