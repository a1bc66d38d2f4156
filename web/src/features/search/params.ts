/** What the address of the search page says: what is searched for, and the filters. */
import { VALUE_FILTERS } from "@/api/filters";
import { readAmount, readList, readText } from "@/shared/address/read";

export type Facet = (typeof VALUE_FILTERS)[number];

export function isFacet(name: string): name is Facet {
  return VALUE_FILTERS.some((facet) => facet === name);
}

/** The orders that an address names; without one the catalogue is mixed, and what was searched for is best first. */
export const SORTS = ["mixed", "price", "-price", "new"] as const;
export type Sort = (typeof SORTS)[number];

export type SearchParams = {
  /** Items most like this one, instead of a photo. */
  like?: string;
  /** Items that go with this one. */
  with?: string;
  /** The photo that this tab holds. */
  photo?: "1";
  /** Words to search for; beside an item or a photo they say what should be different. */
  text?: string;
  /** Recognised words that are searched for as words, and are no condition. */
  literal?: string[];
  /** How the colour of the query counts: `ignore`, or `#rrggbb` to look for instead; undefined as the model weighs it. */
  tint?: string;
  sort?: Sort;
  /** Leaves out what is sold out. */
  in_stock?: true;
  price_min?: number;
  price_max?: number;
} & { [name in Facet]?: string[] };

const TINT = /^(ignore|#[0-9a-f]{6})$/i;

export function readSearchParams(raw: Record<string, unknown>): SearchParams {
  const params: SearchParams = {};
  const like = readText(raw, "like");
  const goesWith = readText(raw, "with");
  if (like !== undefined) params.like = like;
  else if (goesWith !== undefined) params.with = goesWith;
  else if (readText(raw, "photo") !== undefined) params.photo = "1";
  const [text, literal] = [readText(raw, "text"), readList(raw, "literal")];
  if (text !== undefined && params.with === undefined) params.text = text;
  if (params.text !== undefined && literal.length > 0) params.literal = literal;
  const tint = readText(raw, "tint");
  if (tint !== undefined && TINT.test(tint)) params.tint = tint;
  const sort = SORTS.find((one) => one === readText(raw, "sort"));
  if (sort !== undefined) params.sort = sort;
  for (const facet of VALUE_FILTERS) {
    const values = readList(raw, facet);
    if (values.length > 0) params[facet] = values;
  }
  if (params.availability === undefined && readText(raw, "in_stock") === "true") params.in_stock = true;
  const [from, to] = [readAmount(raw, "price_min"), readAmount(raw, "price_max")];
  if (from !== undefined) params.price_min = from;
  if (to !== undefined) params.price_max = to;
  return params;
}
