/** The catalogue itself, for people without a photo. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useRef } from "react";
import type { Why } from "@/api/types";
import { useMessages } from "@/shared/i18n/language";
import { ItemCard } from "@/shared/ui/item-card";
import { ItemGrid, ItemGridSkeleton } from "@/shared/ui/item-grid";
import { ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import type { FilterFields } from "./fields";
import { NothingFound } from "./nothing-found";
import { browse } from "./queries";
import { ResultsHeading } from "./results-heading";
import { ShowMore } from "./show-more";
import { SortChoice } from "./sort-choice";
import { Tools } from "./tools";
import { useIsWide } from "./use-is-wide";
import { useParams } from "./use-params";

const EAGER = 4; // what the smallest screen shows

export function CatalogueResults({ filter }: { filter: FilterFields }) {
  const m = useMessages();
  const { sort } = useParams();
  const isWide = useIsWide();
  const grid = useRef<HTMLDivElement>(null);
  const query = useInfiniteQuery({ ...browse(filter, sort), placeholderData: keepPreviousData });
  const items = query.data?.pages.flatMap((page) => page.items);
  const why = Object.assign({}, ...(query.data?.pages.map((page) => page.why) ?? [])) as Record<string, Why[]>;
  const total = query.data?.pages[0]?.total;
  const order = (
    <>
      <span className="max-lg:order-last">{total !== undefined && m.search.results.total(total)}</span>
      <SortChoice />
    </>
  );
  return (
    <>
      <ResultsHeading title={m.search.results.browse} level={2} count={query.isPlaceholderData ? undefined : total}>
        {isWide && order}
      </ResultsHeading>
      <Tools>{!isWide && <div className="flex items-center gap-x-3 text-sm text-muted">{order}</div>}</Tools>
      {query.isPending && <WaitingNotice failure={query.failureReason} />}
      {query.isPending && <ItemGridSkeleton />}
      {query.isError && !items && <ProblemNotice error={query.error} onRetry={() => query.refetch()} />}
      {items?.length === 0 && <NothingFound />}
      {items && items.length > 0 && (
        <div
          ref={grid}
          aria-busy={query.isPlaceholderData || undefined}
          className="transition-opacity aria-busy:opacity-50"
        >
          <ItemGrid label={m.search.results.browse}>
            {items.map((product, at) => (
              <ItemCard key={product.item_id} product={product} why={why[product.item_id]} eager={at < EAGER} />
            ))}
          </ItemGrid>
          <ShowMore grid={grid} count={items.length} query={query} />
        </div>
      )}
    </>
  );
}
