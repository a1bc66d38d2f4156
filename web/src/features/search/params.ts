/** What the address of the search page says: the filters, and the item compared with, if any. */
import { readAmount, readList, readText } from "@/shared/address/read";

export const FACETS = ["semantic_category", "category", "brand", "colour", "pattern"] as const;
export type Facet = (typeof FACETS)[number];

export type SearchParams = {
  /** Items most like this one, instead of a photo. */
  like?: string;
  /** Items that go with this one. */
  with?: string;
  semantic_category?: string[];
  category?: string[];
  brand?: string[];
  colour?: string[];
  pattern?: string[];
  price_min?: number;
  price_max?: number;
  text?: string;
};

export function readSearchParams(raw: Record<string, unknown>): SearchParams {
  const told: SearchParams = {};
  const like = readText(raw, "like");
  const goesWith = readText(raw, "with");
  if (like !== undefined) told.like = like;
  else if (goesWith !== undefined) told.with = goesWith;
  for (const facet of FACETS) {
    const values = readList(raw, facet);
    if (values.length > 0) told[facet] = values;
  }
  const [from, to, text] = [readAmount(raw, "price_min"), readAmount(raw, "price_max"), readText(raw, "text")];
  if (from !== undefined) told.price_min = from;
  if (to !== undefined) told.price_max = to;
  if (text !== undefined) told.text = text;
  return told;
}
