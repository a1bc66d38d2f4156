/** The queries that more than one feature uses; each feature keeps its own beside its components. */
import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { Product, ProductDetails } from "./types";

/** What is served, its filters, rules and limits: the same while the page is open. */
export const infoQuery = queryOptions({
  queryKey: ["info"],
  queryFn: ({ signal }) => answer(client.GET("/v1/info", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export const itemQuery = (itemId: string) =>
  queryOptions({
    queryKey: ["item", itemId],
    queryFn: ({ signal }): Promise<Product> => getItem(itemId, signal),
  });

/** An item with all its pictures, which answers about several items do not list. */
export const itemDetailsQuery = (itemId: string) =>
  queryOptions({
    queryKey: ["item", itemId, "details"],
    queryFn: ({ signal }) => getItem(itemId, signal),
  });

const getItem = (itemId: string, signal: AbortSignal): Promise<ProductDetails> =>
  answer(client.GET("/v1/items/{item_id}", { params: { path: { item_id: itemId } }, signal }));

export const similarQuery = (itemId: string, k: number) =>
  queryOptions({
    queryKey: ["similar", itemId, k],
    queryFn: ({ signal }) =>
      answer(
        client.GET("/v1/items/{item_id}/similar", { params: { path: { item_id: itemId }, query: { k } }, signal }),
      ),
  });

export const compatibleQuery = (itemId: string, k: number) =>
  queryOptions({
    queryKey: ["compatible", itemId, k],
    queryFn: ({ signal }) =>
      answer(
        client.GET("/v1/items/{item_id}/compatible", { params: { path: { item_id: itemId }, query: { k } }, signal }),
      ),
  });
