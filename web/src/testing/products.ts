/** Products and answers for tests. */
import { VALUE_FILTERS } from "@/api/filters";
import type { FacetCounts, ItemPage, Product, ProductDetails, SearchResult, Variants } from "@/api/types";

/** The declared fields of a product of which nothing is known, so that a new field needs no change here. */
const unknown = Object.fromEntries(VALUE_FILTERS.map((name) => [name, ""])) as Record<
  (typeof VALUE_FILTERS)[number],
  string
>;

export function product(fields: Partial<ProductDetails> = {}): ProductDetails {
  const item_id = fields.item_id ?? "boots-1";
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
    regular_price: null,
    added_at: "",
    category_source: "",
    category_confidence: null,
    currency: "EUR",
    url: "",
    model_id: "boots",
    attributes: {},
    dominant_colours: [{ code: "black", lab: [17, 1, -3], share: 0.8 }],
    image_url: `/image/${item_id}`,
    image_urls: [`/image/${item_id}?picture=0`],
    variants: null,
    ...fields,
  };
}

/** A product's variants in every one of `colours` and `sizes`; `soldOut` are ids such as `red-S`. */
export function variants(colours: string[], sizes: string[], soldOut: string[] = []): Variants {
  const items = colours.flatMap((colour) =>
    sizes.map((size) => ({
      ...product({ item_id: `${colour}-${size}`, colour, size }),
      in_stock: !soldOut.includes(`${colour}-${size}`),
    })),
  );
  return { count: items.length, colours, sizes, price_min: 19, price_max: 29, currency: "EUR", items };
}

/** `count` results from rank `from`, each with an item of its own. */
export function results(count: number, from = 1, fields: Partial<SearchResult> = {}): SearchResult[] {
  return Array.from({ length: count }, (_, at) => ({
    rank: from + at,
    similarity: 0.95 - (from + at) / 100,
    same_type_probability: 0.93,
    band: "very_likely",
    picture: 0,
    shared: [],
    ...fields,
    item: product({ item_id: `item-${from + at}`, title: `Item ${from + at}` }),
  }));
}

export function facets(fields: Partial<FacetCounts> = {}): FacetCounts {
  return {
    ...({} as FacetCounts), // the facets that no test reads
    semantic_categories: { shoes: 7, tops: 3 },
    categories: { "Ankle Boots": 7, Shirt: 3 },
    brands: { Fennmark: 6, Aldermoor: 4 },
    colours: { black: 8, red: 2 },
    dominant_colours: { "light-blue": 8, teal: 2 },
    patterns: { plain: 10 },
    price_min: 19,
    price_max: 240,
    price_currency: "EUR",
    price_histogram: [
      { least: 15, below: 20, count: 2 },
      { least: 20, below: 25, count: 6 },
      { least: 25, below: 30, count: 2 },
    ],
    ...fields,
  };
}

export function itemPage(items: Product[], fields: Partial<ItemPage> = {}): ItemPage {
  return { items, total: items.length, facets: facets(), next_cursor: null, ...fields };
}
