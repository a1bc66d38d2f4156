/** Passkeys: what the browser signs is asked of the server, and sent back to it. */
import { queryOptions } from "@tanstack/react-query";
import { done } from "@/api/account";
import { answer, client } from "@/api/client";
import type { AccountState, ListedPasskey } from "@/api/types";

/** Whether this browser reads and writes them as JSON; older ones do not. */
export const HAS_PASSKEYS =
  "PublicKeyCredential" in globalThis && "parseRequestOptionsFromJSON" in globalThis.PublicKeyCredential;

export async function signInByPasskey(): Promise<AccountState> {
  const { options } = await answer(client.POST("/v1/accounts/passkeys:options"));
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as never);
  const credential = jsonOf(await navigator.credentials.get({ publicKey }));
  return answer(client.POST("/v1/accounts/passkeys:sign-in", { body: { credential } }));
}

export async function addPasskey(password: string, name: string): Promise<ListedPasskey> {
  const { options } = await answer(client.POST("/v1/me/passkeys:options", { body: { password } }));
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as never);
  const credential = jsonOf(await navigator.credentials.create({ publicKey }));
  return answer(client.POST("/v1/me/passkeys", { body: { credential, name } }));
}

export const passkeysQuery = queryOptions({
  queryKey: ["account", "passkeys"],
  queryFn: ({ signal }) => answer(client.GET("/v1/me/passkeys", { signal })),
  staleTime: 0,
});

export const removePasskey = (passkey_id: string) =>
  done(client.DELETE("/v1/me/passkeys/{passkey_id}", { params: { path: { passkey_id } } }));

function jsonOf(credential: Credential | null): Record<string, unknown> {
  if (!(credential instanceof PublicKeyCredential)) throw new Error("the browser returned no passkey");
  return credential.toJSON();
}
