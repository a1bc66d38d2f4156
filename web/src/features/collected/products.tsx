/** The products of a list, some at a time; those that the shop no longer has are counted. */
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "@/api/problems";
import { itemQuery } from "@/api/queries";
import { useAccountMessages } from "@/shared/i18n/account";
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { ItemCard, ItemCardSkeleton } from "@/shared/ui/item-card";
import { ItemGrid } from "@/shared/ui/item-grid";
import { ProblemNotice } from "@/shared/ui/notice";

const PAGE = 24;

export function Products({ ids, label }: { ids: readonly string[]; label: string }) {
  const m = useAccountMessages();
  const { search } = useMessages();
  const [count, setCount] = useState(PAGE);
  const asked = useQueries({ queries: ids.slice(0, count).map(itemQuery) });
  const isGone = (error: unknown) => error instanceof ApiError && error.kind === "unknown-item";
  const gone = asked.filter(({ error }) => isGone(error)).length;
  const failed = asked.find(({ error }) => error && !isGone(error));
  return (
    <div className="mt-6">
      {failed && <ProblemNotice error={failed.error} onRetry={() => failed.refetch()} />}
      {gone > 0 && <p className="mb-4 text-muted">{m.gone(gone)}</p>}
      <ItemGrid label={label}>
        {asked.flatMap(({ data, error }, at) => {
          if (error) return [];
          const id = ids[at] ?? "";
          return [data ? <ItemCard key={id} product={data} level={2} /> : <ItemCardSkeleton key={id} />];
        })}
      </ItemGrid>
      {ids.length > count && (
        <Button variant="outline" className="mt-6" onClick={() => setCount(count + PAGE)}>
          {search.results.more}
        </Button>
      )}
    </div>
  );
}
