/** The cache of answers at `/admin`: where one is refused because the session has ended, the session is asked for anew. */
import type { QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/problems";
import { newQueryClient } from "@/api/query-client";
import { sessionQuery } from "@/api/session";

export function newAdminQueryClient(): QueryClient {
  const queryClient = newQueryClient();
  const check = (error: unknown) => {
    if (error instanceof ApiError && error.status === 401) void queryClient.invalidateQueries(sessionQuery);
  };
  queryClient.getQueryCache().subscribe((event) => {
    if (event.type === "updated" && event.action.type === "error") check(event.action.error);
  });
  queryClient.getMutationCache().subscribe((event) => {
    if (event.type === "updated" && event.action.type === "error") check(event.action.error);
  });
  return queryClient;
}
