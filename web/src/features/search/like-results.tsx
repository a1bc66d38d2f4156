import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { itemQuery } from "@/api/queries";
import { titleOf } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { ColourChoice } from "./colour-choice";
import { type FilterFields, withTint } from "./fields";
import { likeSearch } from "./queries";
import { RankedResults } from "./ranked-results";
import { useParams } from "./use-params";

export function LikeResults({ itemId, filter }: { itemId: string; filter: FilterFields }) {
  const m = useMessages();
  const item = useQuery(itemQuery(itemId));
  const { tint } = useParams();
  const query = useInfiniteQuery({
    ...likeSearch(itemId, withTint(filter, tint)),
    placeholderData: (old, oldQuery) => (oldQuery?.queryKey[2] === itemId ? old : undefined),
  });
  const title = item.data ? m.search.results.likeItem(titleOf(item.data, m)) : m.common.card.moreLike;
  return <RankedResults title={title} query={query} choice={<ColourChoice />} />;
}
