/** The address of the search page as the API's filter, and changes of it. */
import { VALUE_FILTERS } from "@/api/filters";
import type { Facet, SearchParams } from "./params";

type Asked = Pick<SearchParams, "like" | "with" | "photo" | "text" | "literal" | "tint" | "sort">;
export type FilterFields = Omit<SearchParams, keyof Asked>;

/** The filter alone, as the API takes it and query keys contain it. */
export function filterOf(params: SearchParams): FilterFields {
  const { like: _like, with: _with, photo: _photo, text: _text, literal: _literal, ...others } = params;
  const { tint: _tint, sort: _sort, ...filter } = others;
  return filter;
}

/** The words alone. */
export function wordsOf({ text, literal }: SearchParams): Pick<SearchParams, "text" | "literal"> {
  return { ...(text !== undefined && { text }), ...(literal !== undefined && { literal }) };
}

/** The filter with the choice of colour, which the API takes in the same parameter. */
export function withTint(filter: FilterFields, tint: string | undefined): FilterFields {
  return tint === undefined ? filter : { ...filter, colour: [...(filter.colour ?? []), tint] };
}

/** How many conditions are set. */
export function countConditions(filter: FilterFields): number {
  const values = VALUE_FILTERS.reduce((count, facet) => count + (filter[facet]?.length ?? 0), 0);
  const hasPrice = filter.price_min !== undefined || filter.price_max !== undefined;
  return values + (hasPrice ? 1 : 0) + (filter.in_stock ? 1 : 0);
}

/** `params` with `value` of `facet` set if it was not, and not set if it was. */
export function toggleValue(params: SearchParams, facet: Facet, value: string): SearchParams {
  const { [facet]: old = [], ...rest } = params;
  const values = old.includes(value) ? old.filter((other) => other !== value) : [...old, value];
  return values.length > 0 ? { ...rest, [facet]: values } : rest;
}

/** `params` without a bound of the price. */
export function withoutPrice({ price_min: _min, price_max: _max, ...others }: SearchParams): SearchParams {
  return others;
}

/** `params` with what is sold out left out if it was not, and not if it was. */
export function toggleStock({ in_stock, availability: _values, ...others }: SearchParams): SearchParams {
  return in_stock ? others : { ...others, in_stock: true };
}

/** `params` without any filter; what is searched for stays. */
export function withoutFilters(params: SearchParams): SearchParams {
  const { like, with: goesWith, photo, text, literal, tint, sort } = params;
  const asked = { like, with: goesWith, photo, text, literal, tint, sort };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

/** `params` with other words; none where `text` is empty. What was to be taken literally was so in the old words. */
export function withText({ text: _text, literal: _literal, ...others }: SearchParams, text: string): SearchParams {
  return text.trim() ? { ...others, text: text.trim() } : others;
}

/** `params` with these words taken literally, or not any more. */
export function toggleLiteral({ literal = [], ...others }: SearchParams, words: string): SearchParams {
  const left = literal.filter((one) => one !== words);
  const literals = left.length < literal.length ? left : [...literal, words];
  return literals.length > 0 ? { ...others, literal: literals } : others;
}
