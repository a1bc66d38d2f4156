/** One facet: its values as checkboxes with how many items each would leave, most frequent first. */
import { useState } from "react";
import { formatCount } from "@/shared/format/numbers";
import { categoryName } from "@/shared/format/product";
import { useValueNames } from "@/shared/format/use-value-names";
import { nameOf } from "@/shared/format/values";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { Icon } from "@/shared/ui/icon";
import { toggleValue } from "./fields";
import type { Facet } from "./params";
import { Swatch } from "./swatch";
import { useChangeParams, useParams } from "./use-params";

const FEW = 6;
const OPEN_AT_FIRST: readonly Facet[] = ["semantic_category", "colour"];
const COLOURS: readonly Facet[] = ["colour", "dominant_colour"];

type Counts = Readonly<Record<string, number>>;
type FacetFilterProps = { facet: Facet; counts: Counts | undefined; label: string };

/** `counts` are those of its values whatever else of the facet is chosen. */
export function FacetFilter({ facet, counts, label }: FacetFilterProps) {
  const m = useMessages();
  const params = useParams();
  const chosen = params[facet] ?? [];
  const [isAll, setAll] = useState(false);
  const values = valuesOf(counts, chosen);
  if (counts && values.length < 2 && chosen.length === 0) return null; // nothing to choose from
  return (
    <details open={OPEN_AT_FIRST.includes(facet) || chosen.length > 0} className="group py-1">
      <summary className="flex min-h-11 list-none items-center justify-between font-medium [&::-webkit-details-marker]:hidden">
        <span>
          {label}
          {chosen.length > 0 && <span className="ms-2 text-sm text-accent">{chosen.length}</span>}
        </span>
        <Icon name="chevron" className="size-4.5 text-muted transition-transform group-open:rotate-180" />
      </summary>
      <ul className="pb-2" aria-label={label}>
        {values.slice(0, isAll ? undefined : FEW).map(([value, count]) => (
          <Value key={value} facet={facet} value={value} count={count} isChosen={chosen.includes(value)} />
        ))}
      </ul>
      {values.length > FEW && (
        <button
          type="button"
          onClick={() => setAll(!isAll)}
          className="mb-2 min-h-11 text-sm text-accent hover:underline"
        >
          {isAll ? m.search.filters.less : m.search.filters.more(values.length)}
        </button>
      )}
    </details>
  );
}

type ValueProps = { facet: Facet; value: string; count: number; isChosen: boolean };

function Value({ facet, value, count, isChosen }: ValueProps) {
  const m = useMessages();
  const language = useLanguage();
  const names = useValueNames();
  const change = useChangeParams();
  const toggle = () => change((old) => toggleValue(old, facet, value));
  return (
    <li>
      <label className="flex min-h-8 pointer-coarse:min-h-11 items-center gap-2.5 text-[0.9375rem] hover:text-accent">
        <input type="checkbox" checked={isChosen} onChange={toggle} className="size-4.5 accent-accent" />
        {COLOURS.includes(facet) && <Swatch value={value} />}
        <span className="block grow truncate first-letter:uppercase">
          {facet === "semantic_category" ? categoryName(value, m) : nameOf(value, names)}
        </span>
        <span className="text-sm text-muted tabular-nums">{formatCount(count, language)}</span>
      </label>
    </li>
  );
}

/** The values with their counts; chosen ones come first and stay even where nothing has them any more. */
function valuesOf(counts: Counts | undefined, chosen: readonly string[]): [string, number][] {
  const others = Object.entries(counts ?? {}).filter(([value]) => value !== "" && !chosen.includes(value));
  return [...chosen.map((value): [string, number] => [value, counts?.[value] ?? 0]), ...others];
}
