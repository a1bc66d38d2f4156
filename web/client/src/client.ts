/** The calls that most shops need; `api` has all the others. */
import createOpenApiClient, { type Client } from "openapi-fetch";
import { type LookLine, linesOf } from "./lines.js";
import { problemOf } from "./problem.js";
import type { components, operations, paths } from "./schema.js";

type Schemas = components["schemas"];
type Query<Name extends keyof operations> = NonNullable<operations[Name]["parameters"]["query"]>;
type Form<Name extends "search" | "shopLook"> = operations[Name]["requestBody"]["content"]["multipart/form-data"];
/** The widths, in pixels, that pictures are served in. */
export type ImageWidth = NonNullable<Query<"getImage">["w"]>;
export type Signal = { signal?: AbortSignal };

export type ClientOptions = {
  /** The server's address with its path prefix, such as `https://search.shop.example`. */
  baseUrl: string;
  /** An API key; reading needs one only where the server says so. Never put one into a page. */
  key?: string;
  /** In place of the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
};

/** Every method throws a `ProblemError` where the server refuses, and what `fetch` throws where none answers. */
export type DeepstyleClient = {
  /** Products that look like a photo; `crop`, filters and words (`text`) narrow or change what is found. */
  searchByPhoto(
    photo: Blob,
    fields?: Omit<Form<"search">, "image">,
    options?: Signal,
  ): Promise<Schemas["SearchResults"]>;
  /** Products by words, or like other items. */
  search(query: Query<"find">, options?: Signal): Promise<Schemas["SearchResults"]>;
  similar(itemId: string, query?: Query<"listSimilarItems">, options?: Signal): Promise<Schemas["SimilarItems"]>;
  /** Products that go with an item, by category. */
  compatible(
    itemId: string,
    query?: Query<"listCompatibleItems">,
    options?: Signal,
  ): Promise<Schemas["CompatibleItems"]>;
  item(itemId: string, options?: Signal): Promise<Schemas["ProductDetails"]>;
  /** One page of the catalogue, filtered and sorted. */
  items(query?: Query<"listItems">, options?: Signal): Promise<Schemas["ItemPage"]>;
  /** A worn look: its garments, then a row of products for each, at last a cart. */
  shopTheLook(photo: Blob, fields?: Omit<Form<"shopLook">, "image">, options?: Signal): AsyncGenerator<LookLine>;
  /** The address of a product's picture, by default in its full size. */
  imageUrl(product: Pick<Schemas["Product"], "image_url">, width?: ImageWidth): string;
  /** Every route of the API, typed: see https://openapi-ts.dev/openapi-fetch. It returns problems and throws none. */
  api: Client<paths>;
};

export function createClient({ baseUrl, key, fetch: send = globalThis.fetch }: ClientOptions): DeepstyleClient {
  const root = baseUrl.replace(/\/+$/, "");
  const api = createOpenApiClient<paths>({
    baseUrl: root,
    fetch: (request) => send(request),
    credentials: "omit",
    referrerPolicy: "no-referrer",
    querySerializer: { array: { style: "form", explode: true } },
    ...(key && { headers: { Authorization: `Bearer ${key}` } }),
  });
  const of = (itemId: string) => ({ path: { item_id: itemId } });
  return {
    api,
    searchByPhoto: (photo, fields = {}, options = {}) =>
      answer(api.POST("/v1/search", { body: { ...fields, image: photo }, bodySerializer: toForm, ...options })),
    search: (query, options = {}) => answer(api.GET("/v1/search", { params: { query }, ...options })),
    similar: (itemId, query = {}, options = {}) =>
      answer(api.GET("/v1/items/{item_id}/similar", { params: { ...of(itemId), query }, ...options })),
    compatible: (itemId, query = {}, options = {}) =>
      answer(api.GET("/v1/items/{item_id}/compatible", { params: { ...of(itemId), query }, ...options })),
    item: (itemId, options = {}) => answer(api.GET("/v1/items/{item_id}", { params: of(itemId), ...options })),
    items: (query = {}, options = {}) => answer(api.GET("/v1/items", { params: { query }, ...options })),
    async *shopTheLook(photo, fields = {}, options = {}) {
      const body = { ...fields, image: photo };
      const call = api.POST("/v1/looks:shop", { body, bodySerializer: toForm, parseAs: "stream", ...options });
      yield* linesOf((await answer(call)) as ReadableStream<Uint8Array>);
    },
    imageUrl({ image_url }, width) {
      const url = new URL(image_url, root); // it has the server's path prefix already
      if (width) url.searchParams.set("w", String(width));
      return url.href;
    },
  };
}

async function answer<Data>(call: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
  const { data, error, response } = await call;
  if (data === undefined) throw problemOf(error, response);
  return data;
}

/** A form: lists repeat their field; what is not set, or empty, is left out. */
function toForm(fields: object): FormData {
  const form = new FormData();
  for (const [name, field] of Object.entries(fields)) {
    for (const value of Array.isArray(field) ? field : [field]) {
      if (value === undefined || value === null || value === "") continue;
      if (value instanceof Blob) form.append(name, value, "photo");
      else form.append(name, String(value));
    }
  }
  return form;
}
