/** Puts the answer to a write in the place of what was read; a read that is still on its way may be older, so it ends. */
import type { DataTag, QueryClient, QueryKey } from "@tanstack/react-query";

export async function written<State>(
  cache: QueryClient,
  queryKey: DataTag<QueryKey, State, Error>,
  asked: Promise<State>,
): Promise<State> {
  const state = await asked;
  await cache.cancelQueries({ queryKey, exact: true });
  cache.setQueryData(queryKey, state);
  return state;
}
