/** The session at `/admin`: who is signed in, and the token that the server asks of whatever changes something. */
import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { SessionState } from "./types";

let csrfToken = "";

client.use({
  onRequest({ request }) {
    if (csrfToken && request.method !== "GET") request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
});

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => kept(answer(client.GET("/v1/session", { signal }))),
  staleTime: 0,
});

export const signIn = (body: { key: string } | { link: string }): Promise<SessionState> =>
  kept(answer(client.POST("/v1/session", { body: body as never })));

export async function signOut(): Promise<void> {
  await client.DELETE("/v1/session");
  csrfToken = "";
}

async function kept(asked: Promise<SessionState>): Promise<SessionState> {
  const state = await asked;
  csrfToken = state.csrf_token ?? "";
  return state;
}
