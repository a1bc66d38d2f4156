/** Products and answers for tests. */
import { VALUE_FILTERS } from "@/api/filters";
import type { FacetCounts, Info, ItemPage, Product, SearchResult } from "@/api/types";

/** The declared fields of a product of which nothing is known, so that a new field needs no change here. */
const unknown = Object.fromEntries(VALUE_FILTERS.map((name) => [name, ""])) as Record<
  (typeof VALUE_FILTERS)[number],
  string
>;

export function product(told: Partial<Product> = {}): Product {
  const item_id = told.item_id ?? "boots-1";
  return {
    ...unknown,
    item_id,
    title: "Leather ankle boots",
    description: "Pointed ankle boots with a block heel.",
    semantic_category: "shoes",
    category: "Ankle Boots",
    brand: "Fennmark",
    colour: "black",
    pattern: "plain",
    price: 129,
    currency: "EUR",
    url: "",
    model_id: "boots",
    attributes: {},
    image_url: `/image/${item_id}`,
    ...told,
  };
}

/** `count` results from rank `from`, each with an item of its own. */
export function results(count: number, from = 1, told: Partial<SearchResult> = {}): SearchResult[] {
  return Array.from({ length: count }, (_, at) => ({
    rank: from + at,
    similarity: 0.95 - (from + at) / 100,
    band: "very_similar",
    ...told,
    item: product({ item_id: `item-${from + at}`, title: `Item ${from + at}` }),
  }));
}

export function info(told: Partial<Info> = {}): Info {
  return {
    version: "0",
    items: 1400,
    vectors: 1400,
    architecture: "a",
    weights: "w",
    precision: "fp32",
    fingerprint: "f",
    embedding_dim: 512,
    bands: null,
    example_item_ids: [],
    filters: [
      {
        name: "semantic_category",
        kind: "text",
        facet: "semantic_categories",
        labels: { en: "Department", de: "Abteilung" },
      },
      { name: "brand", kind: "text", facet: "brands", labels: { en: "Brand", de: "Marke" } },
      { name: "colour", kind: "text", facet: "colours", labels: { en: "Colour", de: "Farbe" } },
      { name: "price", kind: "number", facet: null, labels: { en: "Price", de: "Preis" } },
    ],
    ...told,
  };
}

export function facets(told: Partial<FacetCounts> = {}): FacetCounts {
  return {
    ...({} as FacetCounts), // the facets that no test reads
    semantic_categories: { shoes: 7, tops: 3 },
    categories: { "Ankle Boots": 7, Shirt: 3 },
    brands: { Fennmark: 6, Aldermoor: 4 },
    colours: { black: 8, red: 2 },
    patterns: { plain: 10 },
    price_min: 19,
    price_max: 240,
    ...told,
  };
}

export function itemPage(items: Product[], told: Partial<ItemPage> = {}): ItemPage {
  return { items, total: items.length, facets: facets(), next_cursor: null, ...told };
}
