/** The items that go with an item, one section per category, best category first. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { itemQuery } from "@/api/queries";
import type { CategorySuggestions, CompatibilityBasis } from "@/api/types";
import { categoryName, titleOf } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Compatibility, UncalibratedNote } from "@/shared/ui/compatibility";
import { ItemCard } from "@/shared/ui/item-card";
import { ItemGrid, ItemGridSkeleton } from "@/shared/ui/item-grid";
import { ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import type { FilterFields } from "./fields";
import { NothingFound } from "./nothing-found";
import { countSuggested, goesWithSearch } from "./queries";
import { ResultsHeading } from "./results-heading";
import { Tools } from "./tools";

export function GoesWithResults({ itemId, filter }: { itemId: string; filter: FilterFields }) {
  const m = useMessages();
  const item = useQuery(itemQuery(itemId));
  const query = useInfiniteQuery({ ...goesWithSearch(itemId, filter), placeholderData: keepPreviousData });
  const found = query.data?.pages.at(-1);
  const categories = found?.categories.filter((category) => category.results.length > 0);
  const count = found && countSuggested(found);
  const title = item.data ? m.search.results.goesWith(titleOf(item.data, m)) : m.common.card.goesWith;
  return (
    <>
      <ResultsHeading title={title} count={query.isPlaceholderData ? undefined : count}>
        {count ? m.search.results.shown(count) : null}
      </ResultsHeading>
      <Tools />
      {query.isPending && <WaitingNotice failure={query.failureReason} />}
      {query.isPending && <ItemGridSkeleton lines={6} />}
      {query.isError && !found && <ProblemNotice error={query.error} onRetry={() => query.refetch()} />}
      {count === 0 && <NothingFound text={m.search.nothingGoes} />}
      {found && count !== 0 && <UncalibratedNote basis={found} />}
      <div aria-busy={query.isPlaceholderData || undefined} className="transition-opacity aria-busy:opacity-50">
        {categories?.map((category) => (
          <CategorySection key={category.semantic_category} category={category} event={found?.event ?? null} />
        ))}
      </div>
      {query.hasNextPage && (
        <div className="flex justify-center">
          <Button variant="outline" onClick={() => query.fetchNextPage()}>
            {m.search.results.more}
          </Button>
        </div>
      )}
    </>
  );
}

type CategorySectionProps = { category: CategorySuggestions; event: CompatibilityBasis["event"] };

function CategorySection({ category, event }: CategorySectionProps) {
  const m = useMessages();
  const name = categoryName(category.semantic_category, m);
  return (
    <section className="mb-8">
      <h2 className="mb-3 text-2xl">{name}</h2>
      <ItemGrid label={name}>
        {category.results.map((suggested) => (
          <ItemCard
            key={suggested.item.item_id}
            product={suggested.item}
            note={<Compatibility suggested={suggested} event={event} />}
          />
        ))}
      </ItemGrid>
    </section>
  );
}
