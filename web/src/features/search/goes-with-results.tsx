/** The items that go with an item, one section per category, best category first. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
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
import { FEW, goesWithSearch } from "./queries";
import { ResultsHeading } from "./results-heading";

const MANY = 12;

export function GoesWithResults({ itemId, filter }: { itemId: string; filter: FilterFields }) {
  const m = useMessages();
  const [k, setK] = useState(FEW);
  const item = useQuery(itemQuery(itemId));
  const query = useQuery({ ...goesWithSearch(itemId, filter, k), placeholderData: keepPreviousData });
  const categories = query.data?.categories.filter((category) => category.results.length > 0);
  const count = categories?.reduce((sum, category) => sum + category.results.length, 0);
  const title = item.data ? m.search.results.goesWith(titleOf(item.data, m)) : m.common.card.goesWith;
  return (
    <>
      <ResultsHeading title={title} count={query.isPlaceholderData ? undefined : count}>
        {count ? m.search.results.shown(count) : null}
      </ResultsHeading>
      {query.isPending && <WaitingNotice failure={query.failureReason} />}
      {query.isPending && <ItemGridSkeleton lines={6} />}
      {query.isError && <ProblemNotice error={query.error} onRetry={() => query.refetch()} />}
      {count === 0 && <NothingFound text={m.search.nothingGoes} />}
      {query.data && count !== undefined && count > 0 && <UncalibratedNote basis={query.data} />}
      <div aria-busy={query.isPlaceholderData || undefined} className="transition-opacity aria-busy:opacity-50">
        {categories?.map((category) => (
          <CategorySection key={category.semantic_category} category={category} event={query.data?.event ?? null} />
        ))}
      </div>
      {k === FEW && count !== undefined && count > 0 && (
        <div className="flex justify-center">
          <Button variant="outline" onClick={() => setK(MANY)}>
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
