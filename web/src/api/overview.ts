/** What the server does and is allowed to do, for its operator. */
import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";

export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: ({ signal }) => answer(client.GET("/v1/overview", { signal })),
  staleTime: 0,
});
