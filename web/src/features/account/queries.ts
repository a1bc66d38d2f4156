/** What the pages of an account ask the server for. */
import { queryOptions } from "@tanstack/react-query";
import { done } from "@/api/account";
import { answer, client } from "@/api/client";
import type { AccountState } from "@/api/types";
import type { Language } from "@/shared/i18n/language";

export const signUp = (email: string, password: string, language: Language) =>
  done(client.POST("/v1/accounts", { body: { email, password, language } }));
export const confirmEmail = (token: string, password = "") =>
  done(client.POST("/v1/accounts:confirm", { body: { token, password } }));
export const signIn = (email: string, password: string): Promise<AccountState> =>
  answer(client.POST("/v1/accounts/session", { body: { email, password } }));
export const signOut = () => done(client.DELETE("/v1/accounts/session"));
export const requestReset = (email: string) => done(client.POST("/v1/accounts:reset", { body: { email } }));
export const resetPassword = (token: string, password: string) =>
  done(client.POST("/v1/accounts:reset-confirm", { body: { token, password } }));

export const changePassword = (password: string, new_password: string): Promise<AccountState> =>
  answer(client.PUT("/v1/me/password", { body: { password, new_password } }));
export const changeEmail = (email: string, password: string) =>
  done(client.PUT("/v1/me/email", { body: { email, password } }));
export const deleteAccount = (password: string) => done(client.DELETE("/v1/me", { body: { password } }));

export const sessionsQuery = queryOptions({
  queryKey: ["account", "sessions"],
  queryFn: ({ signal }) => answer(client.GET("/v1/me/sessions", { signal })),
  staleTime: 0,
});
export const endSession = (session_id: string) =>
  done(client.DELETE("/v1/me/sessions/{session_id}", { params: { path: { session_id } } }));

export const personalQuery = queryOptions({
  queryKey: ["account", "personal"],
  queryFn: ({ signal }) => answer(client.GET("/v1/me/personal", { signal })),
  staleTime: 0,
});
export const putPersonal = (is_on: boolean) => answer(client.PUT("/v1/me/personal", { body: { is_on } }));

export const sizesQuery = queryOptions({
  queryKey: ["account", "sizes"],
  queryFn: ({ signal }) => answer(client.GET("/v1/me/sizes", { signal })),
  staleTime: 0,
});
export const putSizes = (sizes: Readonly<Record<string, string>>) =>
  answer(client.PUT("/v1/me/sizes", { body: sizes }));
