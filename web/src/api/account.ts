/** The account of the shop: who is signed in, and what she may change. */
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import { problemOf, unanswered } from "./problems";
import type { AccountState } from "./types";
import { written } from "./written";

let csrfToken = "";

client.use({
  onRequest({ request, schemaPath }) {
    const isOurs = schemaPath.startsWith("/v1/me") || schemaPath.startsWith("/v1/accounts");
    if (csrfToken && isOurs && request.method !== "GET") request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
});

export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: ({ signal }) => kept(answer(client.GET("/v1/accounts/session", { signal }))),
});

/** Writes down who is signed in now. */
export async function keep(cache: QueryClient, asked: Promise<AccountState>): Promise<void> {
  await written(cache, accountQuery.queryKey, kept(asked));
}

async function kept(asked: Promise<AccountState>): Promise<AccountState> {
  const state = await asked;
  csrfToken = state.csrf_token ?? "";
  return state;
}

/** A call without an answer in words; throws an `ApiError` where it fails. */
export async function done(call: Promise<{ error?: unknown; response: Response }>): Promise<void> {
  const { error, response } = await call.catch(() => {
    throw unanswered();
  });
  if (!response.ok) throw problemOf(typeof error === "object" ? (error ?? undefined) : undefined, response);
}
