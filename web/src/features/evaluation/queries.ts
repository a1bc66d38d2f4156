import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "@/api/client";

export const reportsQuery = queryOptions({
  queryKey: ["reports"],
  queryFn: ({ signal }) => answer(client.GET("/v1/reports", { signal })),
});
