import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "@/api/client";

/** Not ready is an answer here, which is shown at once and asked for again. */
export const readinessQuery = queryOptions({
  queryKey: ["readiness"],
  queryFn: ({ signal }) => answer(client.GET("/readyz", { signal })),
  retry: false,
  staleTime: 0,
  refetchInterval: 15_000,
});
