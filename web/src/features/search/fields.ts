/** The address of the search page as the API's filter, and changes of it. */
import { VALUE_FILTERS } from "@/api/filters";
import type { Facet, SearchParams } from "./params";

export type FilterFields = Omit<SearchParams, "like" | "with" | "tint">;

/** The filter alone, as the API takes it and query keys contain it. */
export function filterOf({ like: _like, with: _with, tint: _tint, ...filter }: SearchParams): FilterFields {
  return filter;
}

/** The filter with the choice of colour, which the API takes in the same parameter. */
export function withTint(filter: FilterFields, tint: string | undefined): FilterFields {
  return tint === undefined ? filter : { ...filter, colour: [...(filter.colour ?? []), tint] };
}

/** How many conditions are set. */
export function countConditions(filter: FilterFields): number {
  const values = VALUE_FILTERS.reduce((count, facet) => count + (filter[facet]?.length ?? 0), 0);
  const hasPrice = filter.price_min !== undefined || filter.price_max !== undefined;
  return values + (hasPrice ? 1 : 0) + (filter.text ? 1 : 0);
}

/** `params` with `value` of `facet` set if it was not, and not set if it was. */
export function toggleValue(params: SearchParams, facet: Facet, value: string): SearchParams {
  const { [facet]: old = [], ...rest } = params;
  const values = old.includes(value) ? old.filter((other) => other !== value) : [...old, value];
  return values.length > 0 ? { ...rest, [facet]: values } : rest;
}

/** `params` without any filter; what is compared with stays. */
export function withoutFilters(params: SearchParams): SearchParams {
  return {
    ...(params.like !== undefined && { like: params.like }),
    ...(params.with !== undefined && { with: params.with }),
    ...(params.tint !== undefined && { tint: params.tint }),
  };
}
