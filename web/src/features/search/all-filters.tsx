import { useQuery } from "@tanstack/react-query";
import { infoQuery } from "@/api/queries";
import { useLanguage } from "@/shared/i18n/language";
import { FacetFilter } from "./facet-filter";
import { isFacet } from "./params";
import { PriceFilter } from "./price-filter";
import { StockFilter } from "./stock-filter";
import { useCounted } from "./use-counted";
import { useParams } from "./use-params";

/** One for each filter that the server describes and whose values it counts, the price, and the stock. */
export default function AllFilters() {
  const language = useLanguage();
  const { availability } = useParams();
  const { facets } = useCounted();
  const { data } = useQuery(infoQuery);
  if (data === undefined) return null;
  const hasStock = Object.keys(facets?.availabilities ?? {}).length > 0;
  return (
    <div className="divide-y divide-line border-y border-line">
      {data.filters.map(({ name, facet, labels }) =>
        facet !== null && isFacet(name) && (name !== "availability" || availability !== undefined) ? (
          <FacetFilter key={name} facet={name} counts={facets?.[facet]} label={labels[language]} />
        ) : null,
      )}
      <PriceFilter facets={facets} />
      {hasStock && <StockFilter />}
    </div>
  );
}
