/** The items of an outfit, fetched one by one, so that a sold-out item does not fail the others. */
import { useQueries } from "@tanstack/react-query";
import { kindOf } from "@/api/problems";
import { itemQuery } from "@/api/queries";

export type Items = ReturnType<typeof useItems>;

export function useItems(itemIds: readonly string[]) {
  const queries = useQueries({ queries: itemIds.map(itemQuery) });
  const products = new Map(queries.flatMap(({ data }) => (data ? [[data.item_id, data]] : [])));
  const isGone = (error: Error | null) => error !== null && kindOf(error) === "unknown-item";
  return {
    products,
    count: itemIds.length,
    isSettled: queries.every(({ isPending }) => !isPending),
    soldOut: itemIds.filter((_, at) => isGone(queries[at]?.error ?? null)),
    /** Why an item could not be fetched, except that it does not exist. */
    error: queries.find(({ error }) => error !== null && !isGone(error))?.error ?? null,
    failureReason: queries.find(({ failureReason: why }) => why !== null && !isGone(why))?.failureReason ?? null,
    refetch: () => Promise.all(queries.filter(({ error }) => error).map(({ refetch }) => refetch())),
    categoryOf: (itemId: string) => products.get(itemId)?.semantic_category ?? "",
  };
}
