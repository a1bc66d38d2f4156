import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "@/api/client";

const LOOKS = 6;

/** The first looks in which an item is worn. */
export const wornInQuery = (itemId: string) =>
  queryOptions({
    queryKey: ["item", itemId, "looks"],
    queryFn: ({ signal }) =>
      answer(client.GET("/v1/looks", { params: { query: { item_id: itemId, limit: LOOKS } }, signal })),
  });
