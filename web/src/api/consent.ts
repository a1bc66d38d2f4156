/** What this browser's shopper agreed to. */
import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { ConsentChoice, ConsentState } from "./types";

export const consentQuery = queryOptions({
  queryKey: ["consent"],
  queryFn: ({ signal }) => answer(client.GET("/v1/consent", { signal })),
  staleTime: 60_000,
});

export const putConsent = (choice: ConsentChoice): Promise<ConsentState> =>
  answer(client.PUT("/v1/consent", { body: choice }));
