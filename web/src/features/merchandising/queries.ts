/** What merchandisers write: lists, writes that name the version they were made for, and the preview of rules. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, client, done } from "@/api/client";
import type { EditorialLook, Redirect, Rule, Synonyms } from "@/api/types";
import { useSwitch } from "@/shared/ui/use-switch";

/** A record at the desk; version 0 is that of one which is not written yet. */
export type Kept<Value> = { key: string; version: number; value: Value };

const DESK = "desk";

export const rulesQuery = queryOptions({
  queryKey: [DESK, "rules"],
  queryFn: ({ signal }) => answer(client.GET("/v1/merchandising/rules", { signal })),
  staleTime: 0,
});

export const synonymsQuery = queryOptions({
  queryKey: [DESK, "synonyms"],
  queryFn: ({ signal }) => answer(client.GET("/v1/merchandising/synonyms", { signal })),
  staleTime: 0,
});

export const redirectsQuery = queryOptions({
  queryKey: [DESK, "redirects"],
  queryFn: ({ signal }) => answer(client.GET("/v1/merchandising/redirects", { signal })),
  staleTime: 0,
});

export const looksQuery = queryOptions({
  queryKey: [DESK, "looks"],
  queryFn: ({ signal }) => answer(client.GET("/v1/merchandising/looks", { signal })),
  staleTime: 0,
});

/** Products by words, to choose from. */
export const productsQuery = (text: string) =>
  queryOptions({
    queryKey: ["products", text],
    queryFn: ({ signal }) => answer(client.GET("/v1/search", { params: { query: { text, k: 8 } }, signal })),
    enabled: text.trim() !== "",
  });

/** The products of ids, in their order; those that are gone are left out. */
export const itemsQuery = (itemIds: readonly string[]) =>
  queryOptions({
    queryKey: ["products", "by-id", itemIds],
    queryFn: async ({ signal }) => {
      const calls = itemIds.map((item_id) =>
        answer(client.GET("/v1/items/{item_id}", { params: { path: { item_id } }, signal })).catch(() => undefined),
      );
      return (await Promise.all(calls)).filter((item) => item !== undefined);
    },
    placeholderData: (old) => old,
  });

const at = <Value>({ key, version }: Kept<Value>) => ({ params: { path: { key }, query: { version } } });

export const putRule = (kept: Kept<Rule>) =>
  done(client.PUT("/v1/merchandising/rules/{key}", { ...at(kept), body: kept.value }));
export const deleteRule = (kept: Kept<Rule>) => done(client.DELETE("/v1/merchandising/rules/{key}", at(kept)));
export const putSynonyms = (kept: Kept<Synonyms>) =>
  done(client.PUT("/v1/merchandising/synonyms/{key}", { ...at(kept), body: kept.value }));
export const deleteSynonyms = (kept: Kept<Synonyms>) =>
  done(client.DELETE("/v1/merchandising/synonyms/{key}", at(kept)));
export const putRedirect = (kept: Kept<Redirect>) =>
  done(client.PUT("/v1/merchandising/redirects/{key}", { ...at(kept), body: kept.value }));
export const deleteRedirect = (kept: Kept<Redirect>) =>
  done(client.DELETE("/v1/merchandising/redirects/{key}", at(kept)));
export const putLook = (kept: Kept<EditorialLook>) =>
  done(client.PUT("/v1/merchandising/looks/{key}", { ...at(kept), body: kept.value }));
export const deleteLook = (kept: Kept<EditorialLook>) => done(client.DELETE("/v1/merchandising/looks/{key}", at(kept)));

export const previewRule = ({ key, value }: Kept<Rule>) =>
  answer(
    client.POST("/v1/merchandising/rules:preview", {
      body: { rules: { [key]: value }, text: value.query ?? "", k: 24 } as never,
    }),
  );

/** A write after which the lists are read again. */
export function useDesk<Value>(write: (kept: Kept<Value>) => Promise<void>, onSuccess?: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: async () => {
      onSuccess?.();
      await queryClient.invalidateQueries({ queryKey: [DESK] });
    },
  });
}

/** Whether a rule holds: switched on or off as it is stored by then. */
export function useEnabled({ key, value: { enabled } }: Kept<Rule>) {
  const cache = useQueryClient();
  const { queryKey } = rulesQuery;
  const write = async (isOn: boolean) => {
    const stored = cache.getQueryData(queryKey)?.records.find((one) => one.key === key);
    if (!stored) return;
    await putRule({ ...stored, value: { ...stored.value, enabled: isOn } });
    await cache.invalidateQueries({ queryKey: [DESK] });
  };
  return useSwitch({ writeKey: [...queryKey, key], queryKey, stored: enabled, write });
}

/** A key that people recognise in the audit log, and nothing has. */
export function newKey(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 40);
  return `${slug || "new"}-${Date.now().toString(36)}`;
}
