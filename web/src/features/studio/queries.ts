/** The queries of the studio. Every answer also fills the cache with its items and scores. */
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { answer, client, toForm } from "@/api/client";
import { itemQuery, similarQuery } from "@/api/queries";
import type { Product, ScoredOutfit } from "@/api/types";
import { cropField, type Photo } from "@/shared/photo/photo";
import { itemIdsOf } from "./outfit";
import { photoPart } from "./photo-part";

/** How many outfits the looks and a shuffle choose from. */
export const OUTFITS = 12;
const ALTERNATIVES = 13; // one of them may be the current piece

/** Some items, and the photo if it is one of the pieces. */
export type Pieces = { readonly itemIds: readonly string[]; readonly photo: Photo | undefined };

const keyOf = ({ itemIds, photo }: Pieces) => [
  [...itemIds].sort(),
  photo ? `${photo.key} ${cropField(photo.crop)}` : "",
];

async function formOf({ itemIds, photo }: Pieces) {
  return { item_id: [...itemIds], ...(photo && { image: [await photoPart(photo)] }) };
}

/** How well the pieces go together. */
export const scoreQuery = (pieces: Pieces) =>
  queryOptions({
    queryKey: ["studio", "score", ...keyOf(pieces)],
    queryFn: async ({ signal, client: cache }) => {
      const body = await formOf(pieces);
      const scored = await answer(client.POST("/v1/outfits:score", { body, bodySerializer: toForm, signal }));
      rememberItems(cache, scored);
      return scored;
    },
  });

/** The best `k` outfits of these pieces and one item for each slot, in order; without slots, for the missing essentials. */
export const completionQuery = (pieces: Pieces, slots: readonly string[], k = OUTFITS) =>
  queryOptions({
    queryKey: completionKey(pieces, slots, k),
    queryFn: async ({ signal, client: cache }) => {
      const body = { ...(await formOf(pieces)), slot: [...slots], k };
      const completed = await answer(client.POST("/v1/outfits:complete", { body, bodySerializer: toForm, signal }));
      for (const outfit of completed.outfits) {
        rememberItems(cache, outfit);
        cache.setQueryData(scoreQuery({ itemIds: itemIdsOf(outfit), photo: pieces.photo }).queryKey, outfit);
      }
      const filled = completed.outfits[0]?.pieces.slice(pieces.itemIds.length + Number(pieces.photo !== undefined));
      if (slots.length === 0 && filled) {
        // The studio asks for the same looks again, with named slots, once the person has changed the outfit.
        const named = filled.map((piece) => piece.semantic_category);
        cache.setQueryData(completionKey(pieces, named, k), completed);
      }
      return completed;
    },
  });

const completionKey = (pieces: Pieces, slots: readonly string[], k: number) => [
  "studio",
  "complete",
  ...keyOf(pieces),
  slots,
  k,
];

function rememberItems(cache: QueryClient, outfit: ScoredOutfit): void {
  for (const { item } of outfit.pieces) if (item) cache.setQueryData(itemQuery(item.item_id).queryKey, item);
}

export type Alternative = {
  readonly product: Product;
  /** Of the whole outfit with it; undefined if it would be the only piece. */
  readonly outfit?: Pick<ScoredOutfit, "compatibility" | "event">;
};

/** The items that could replace a piece of `category` beside `rest`, best first. */
export const alternativesQuery = (rest: Pieces, category: string, itemId: string | undefined) =>
  queryOptions({
    queryKey: ["studio", "alternatives", ...keyOf(rest), category, itemId ?? ""],
    queryFn: async ({ client: cache }): Promise<Alternative[]> => {
      const isAlone = rest.itemIds.length === 0 && rest.photo === undefined;
      if (isAlone || category === "") return itemId === undefined ? [] : lookalikes(cache, itemId);
      const { outfits } = await cache.fetchQuery({ ...completionQuery(rest, [category], ALTERNATIVES), retry: false });
      const found = outfits.flatMap(({ pieces, compatibility, event }) => {
        const product = pieces.at(-1)?.item;
        return product && product.item_id !== itemId ? [{ product, outfit: { compatibility, event } }] : [];
      });
      return found.slice(0, ALTERNATIVES - 1);
    },
  });

async function lookalikes(cache: QueryClient, itemId: string): Promise<Alternative[]> {
  const { results } = await cache.fetchQuery({ ...similarQuery(itemId, ALTERNATIVES - 1), retry: false });
  return results.map(({ item }) => ({ product: item }));
}

/** Which categories the shop has. */
export const shopQuery = queryOptions({
  queryKey: ["studio", "shop"],
  queryFn: async ({ signal }) => {
    const { facets } = await answer(client.GET("/v1/items", { params: { query: { limit: 1 } }, signal }));
    return Object.keys(facets.semantic_categories).filter(Boolean);
  },
  staleTime: Number.POSITIVE_INFINITY,
});

const STARTERS = 10;

/** Some items of a category to start from, in no order: neighbours in the catalogue are often one garment in two colours. */
export const startersQuery = (category: string) =>
  queryOptions({
    queryKey: ["studio", "starters", category],
    queryFn: async ({ signal }) => {
      const query = { semantic_category: [category], sort: "mixed" as const, limit: STARTERS };
      return (await answer(client.GET("/v1/items", { params: { query }, signal }))).items;
    },
    enabled: category !== "",
  });
