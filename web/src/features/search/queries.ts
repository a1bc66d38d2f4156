/** The queries of the search page. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, client, toForm } from "@/api/client";
import type { CompatibleItems } from "@/api/types";
import { cropField, type Photo } from "@/shared/photo/photo";
import type { FilterFields } from "./fields";
import type { SearchParams, Sort } from "./params";

export const PAGE = 24;
/** How many items of each category go with an item at first. */
const FEW = 4;

/** What is to be different from the photo. */
type PhotoWords = Pick<SearchParams, "text" | "literal">;

/** The parameter of an order; none for the best one. */
export function ordered(sort: Sort | undefined): { sort?: Sort } {
  return sort === undefined ? {} : { sort };
}

/** Items similar to the photo: the first request sends it, later ones only the cursor of the page before. */
export const photoSearch = (photo: Photo, words: PhotoWords, filter: FilterFields, sort: Sort | undefined) =>
  infiniteQueryOptions({
    queryKey: ["search", "photo", photo.key, cropField(photo.crop), words, filter, sort],
    initialPageParam: "",
    queryFn: ({ pageParam: cursor, signal }) => {
      const query = cursor === "" ? { image: photo.file, crop: cropField(photo.crop), facets: true } : { cursor };
      return answer(
        client.POST("/v1/search", {
          body: { ...filter, ...words, ...ordered(sort), ...query, k: PAGE },
          bodySerializer: toForm,
          signal,
        }),
      );
    },
    getNextPageParam: (page) => page.next_cursor,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30 * 60_000,
  });

/** Items similar to an item, page by page; the first one counts them. */
export const likeSearch = (itemId: string, filter: FilterFields, sort: Sort | undefined) =>
  infiniteQueryOptions({
    queryKey: ["search", "like", itemId, filter, sort],
    initialPageParam: "",
    queryFn: ({ pageParam: cursor, signal }) => {
      const page = cursor === "" ? { k: PAGE, total: true } : { k: PAGE, cursor };
      const params = { path: { item_id: itemId }, query: { ...filter, ...ordered(sort), ...page } };
      return answer(client.GET("/v1/items/{item_id}/similar", { params, signal }));
    },
    getNextPageParam: (page) => page.next_cursor,
  });

const MANY = 12;

/** Items that go with an item, by category: a few of each, then more; the last page has them all. */
export const goesWithSearch = (itemId: string, filter: FilterFields) =>
  infiniteQueryOptions({
    queryKey: ["search", "with", itemId, filter],
    initialPageParam: FEW,
    queryFn: ({ pageParam: k, signal }) => {
      const params = { path: { item_id: itemId }, query: { ...filter, k } };
      return answer(client.GET("/v1/items/{item_id}/compatible", { params, signal }));
    },
    getNextPageParam: ({ categories }, _pages, k) =>
      k === FEW && categories.some(({ results }) => results.length === k) ? MANY : null,
  });

/** How many items such an answer has. */
export function countSuggested({ categories }: CompatibleItems): number {
  return categories.reduce((sum, { results }) => sum + results.length, 0);
}

/** The catalogue itself, page by page. */
export const browse = (filter: FilterFields, sort: Sort | undefined) =>
  infiniteQueryOptions({
    queryKey: ["search", "browse", filter, sort],
    initialPageParam: "",
    queryFn: ({ pageParam: cursor, signal }) => {
      const order = { sort: sort ?? ("mixed" as const) };
      const params = { query: { ...filter, ...order, limit: PAGE, ...(cursor && { cursor }) } };
      return answer(client.GET("/v1/items", { params, signal }));
    },
    getNextPageParam: (page) => page.next_cursor,
  });

/** The garments in the photo, which cost another upload: asked for once there are results. */
export const garments = (photo: Photo) =>
  queryOptions({
    queryKey: ["search", "garments", photo.key],
    queryFn: ({ signal }) =>
      answer(client.POST("/v1/garments", { body: { image: photo.file }, bodySerializer: toForm, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false, // without them the whole photo is searched with
  });

/** How many items match the filter, and how many have each value whatever else of its facet is chosen. */
export const counts = (filter: FilterFields) =>
  queryOptions({
    queryKey: ["search", "counts", filter],
    queryFn: ({ signal }) => answer(client.GET("/v1/items", { params: { query: { ...filter, limit: 1 } }, signal })),
  });

/** Example photos from the catalogue. */
export const examples = queryOptions({
  queryKey: ["search", "examples"],
  queryFn: ({ signal }) => answer(client.GET("/v1/examples", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});
