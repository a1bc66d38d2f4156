/** What the words find without the filters, where these leave nothing. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMessages } from "@/shared/i18n/language";
import { ItemCard } from "@/shared/ui/item-card";
import { ItemGrid, ItemGridSkeleton } from "@/shared/ui/item-grid";
import { countConditions, type FilterFields } from "./fields";
import { type Words, wordSearch } from "./word-queries";

export function NearestInstead({ words, filter }: { words: Words; filter: FilterFields }) {
  const m = useMessages();
  const isEnabled = countConditions(filter) > 0;
  const { data, isPending } = useInfiniteQuery({ ...wordSearch(words, {}), enabled: isEnabled });
  const found = data?.pages.flatMap((page) => page.results);
  if (!isEnabled || found?.length === 0) return null;
  return (
    <section aria-labelledby="nearest">
      <h2 id="nearest" className="mb-4 text-2xl">
        {m.search.nothing.nearest}
      </h2>
      {isPending && <ItemGridSkeleton isRail count={5} />}
      {found && (
        <ItemGrid label={m.search.nothing.nearest} isRail>
          {found.map(({ item, picture }) => (
            <ItemCard key={item.item_id} product={item} picture={picture} />
          ))}
        </ItemGrid>
      )}
    </section>
  );
}
