/** The filters that are set, above the results: each is removed by a press, or all at once. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { VALUE_FILTERS } from "@/api/filters";
import { infoQuery } from "@/api/queries";
import { formatPrice } from "@/shared/format/numbers";
import { categoryName } from "@/shared/format/product";
import { useValueNames } from "@/shared/format/use-value-names";
import { nameOf } from "@/shared/format/values";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { ClearAll } from "./clear-all";
import { capitalised, labelOf } from "./conditions";
import { toggleStock, toggleValue, withoutPrice } from "./fields";
import { FilterChip } from "./filter-chip";
import type { SearchParams } from "./params";
import { useCounted } from "./use-counted";
import { useChangeParams, useParams } from "./use-params";

type Active = { key: string; value: string; label: string; without: (old: SearchParams) => SearchParams };

export default function ActiveFilters() {
  const m = useMessages();
  const change = useChangeParams();
  const active = useActive();
  const { chips, removeAt } = useNextChip(active.length);
  return (
    <div ref={chips} tabIndex={-1} className="flex items-center gap-2 focus:outline-none lg:flex-wrap">
      {active.length > 0 && (
        <ul aria-label={m.search.filters.active} className="flex gap-2 lg:flex-wrap">
          {active.map(({ key, value, label, without }, place) => (
            <FilterChip
              key={key}
              onRemove={() => removeAt(place, () => change(without))}
              name={m.search.filters.remove([label, value].filter(Boolean).join(": "))}
            >
              {capitalised(value)}
            </FilterChip>
          ))}
        </ul>
      )}
      {active.length > 1 && <ClearAll />}
    </div>
  );
}

/** After a chip was removed the keyboard goes on at the one in its place, the last one, or where they were. */
function useNextChip(count: number) {
  const chips = useRef<HTMLDivElement>(null);
  const removed = useRef<number>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect waits for the change of the count
  useEffect(() => {
    if (removed.current === undefined) return;
    const buttons = chips.current?.querySelectorAll<HTMLElement>("li button") ?? [];
    (buttons[Math.min(removed.current, buttons.length - 1)] ?? chips.current)?.focus({ preventScroll: true });
    removed.current = undefined;
  }, [count]);
  const removeAt = (place: number, remove: () => void) => {
    removed.current = place;
    remove();
  };
  return { chips, removeAt };
}

/** What is set, in the order of the server's filters. */
function useActive(): Active[] {
  const m = useMessages();
  const language = useLanguage();
  const names = useValueNames();
  const params = useParams();
  const { data: info } = useQuery(infoQuery);
  const { facets } = useCounted({ isNeeded: params.price_min !== undefined || params.price_max !== undefined });
  const label = (name: string) => (info ? labelOf(name, info, language) : "");
  const values = VALUE_FILTERS.flatMap((facet) =>
    (params[facet] ?? []).map((value) => ({
      key: `${facet} ${value}`,
      value: facet === "semantic_category" ? categoryName(value, m) : nameOf(value, names),
      label: label(facet),
      without: (old: SearchParams) => toggleValue(old, facet, value),
    })),
  );
  const { price_min, price_max, in_stock } = params;
  const currency = params.currency?.[0] ?? facets?.price_currency ?? "";
  const bounds = [
    price_min !== undefined && m.search.understood.from(formatPrice(price_min, currency, language)),
    price_max !== undefined && m.search.understood.upTo(formatPrice(price_max, currency, language)),
  ].filter((bound) => bound !== false);
  const price = { key: "price", value: bounds.join(" "), label: m.search.filters.price, without: withoutPrice };
  const stock = { key: "in_stock", value: m.search.filters.inStock, label: "", without: toggleStock };
  return [...values, ...(bounds.length > 0 ? [price] : []), ...(in_stock ? [stock] : [])];
}
