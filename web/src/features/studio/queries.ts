/** What the studio asks the server. Every answer also fills the cache of items and scores that it holds. */
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { answer, client, toForm } from "@/api/client";
import { itemQuery, similarQuery } from "@/api/queries";
import type { Product, ScoredOutfit } from "@/api/types";
import { cropField, type Photo } from "@/shared/photo/photo";
import { itemIdsOf } from "./outfit";
import { photoPart } from "./photo-part";

/** How many outfits the looks are chosen from, and a shuffle draws from. */
export const OUTFITS = 12;
const ALTERNATIVES = 13; // one of them may be the piece that is worn already

/** Some items, and the photo where it is among them. */
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

/** The best `k` outfits of these pieces and one item for each slot, in the order of the slots; without slots, of what is missing. */
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
        // The same question again, once the outfit is the person's own and its slots are known by name.
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
  /** Of the whole outfit with it; undefined where it would be alone. */
  readonly compatibility?: number;
};

/** What could be worn in the place of a piece of `category` beside `rest`, best first. */
export const alternativesQuery = (rest: Pieces, category: string, itemId: string | undefined) =>
  queryOptions({
    queryKey: ["studio", "alternatives", ...keyOf(rest), category, itemId ?? ""],
    queryFn: async ({ client: cache }): Promise<Alternative[]> => {
      const isAlone = rest.itemIds.length === 0 && rest.photo === undefined;
      if (isAlone || category === "") return itemId === undefined ? [] : lookalikes(cache, itemId);
      const { outfits } = await cache.fetchQuery({ ...completionQuery(rest, [category], ALTERNATIVES), retry: false });
      const found = outfits.flatMap(({ pieces, compatibility }) => {
        const product = pieces.at(-1)?.item;
        return product && product.item_id !== itemId ? [{ product, compatibility }] : [];
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

/** Some items of a category to start from, from all over its first hundred: neighbours are often one garment in two colours. */
export const startersQuery = (category: string) =>
  queryOptions({
    queryKey: ["studio", "starters", category],
    queryFn: async ({ signal }) => {
      const query = { semantic_category: [category], limit: 100 };
      const { items } = await answer(client.GET("/v1/items", { params: { query }, signal }));
      const step = Math.max(1, items.length / STARTERS);
      return items.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step)).slice(0, STARTERS);
    },
    enabled: category !== "",
  });
