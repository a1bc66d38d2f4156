import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "@/api/client";

export const mapQuery = queryOptions({
  queryKey: ["map"],
  queryFn: ({ signal }) => answer(client.GET("/v1/map", { signal })),
});
