import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { itemQuery } from "@/api/queries";
import { titleOf } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import type { FilterFields } from "./fields";
import { likeSearch } from "./queries";
import { RankedResults } from "./ranked-results";

export function LikeResults({ itemId, filter }: { itemId: string; filter: FilterFields }) {
  const m = useMessages();
  const item = useQuery(itemQuery(itemId));
  const query = useInfiniteQuery({
    ...likeSearch(itemId, filter),
    placeholderData: (old, oldQuery) => (oldQuery?.queryKey[2] === itemId ? old : undefined),
  });
  const title = item.data ? m.search.results.likeItem(titleOf(item.data, m)) : m.common.card.moreLike;
  return <RankedResults title={title} query={query} />;
}
