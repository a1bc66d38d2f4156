/** The filters: beside the results where there is room, else in a dialog; chips above show what is set. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { infoQuery } from "@/api/queries";
import { formatCount } from "@/shared/format/numbers";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Dialog } from "@/shared/ui/dialog";
import { Icon } from "@/shared/ui/icon";
import { FacetFilter } from "./facet-filter";
import { countConditions, filterOf, withoutFilters } from "./fields";
import { isFacet } from "./params";
import { PriceFilter } from "./price-filter";
import { counts } from "./queries";
import { TextFilter } from "./text-filter";
import { useIsWide } from "./use-is-wide";
import { useChangeParams, useParams } from "./use-params";

export function Filters() {
  const isWide = useIsWide();
  return isWide ? <Sidebar /> : <Sheet />;
}

function Sidebar() {
  const m = useMessages();
  return (
    <section aria-label={m.search.filters.title}>
      <div className="mb-2 flex min-h-9 items-center justify-between">
        <h2 className="text-2xl">{m.search.filters.title}</h2>
        <ClearAll />
      </div>
      <AllFilters />
    </section>
  );
}

function Sheet() {
  const m = useMessages();
  const language = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const filter = filterOf(useParams());
  const { data } = useQuery({ ...counts(filter), enabled: isOpen });
  const close = () => setOpen(false);
  return (
    <>
      <Button variant="outline" size="sm" onClick={() => setOpen(true)}>
        <Icon name="filter" className="size-4.5" />
        {m.search.filters.open(countConditions(filter))}
      </Button>
      <Dialog
        isOpen={isOpen}
        onClose={close}
        title={m.search.filters.title}
        footer={
          <>
            <ClearAll />
            <Button onClick={close}>
              {data ? m.search.filters.show(formatCount(data.total, language)) : m.common.close}
            </Button>
          </>
        }
      >
        <AllFilters />
      </Dialog>
    </>
  );
}

function AllFilters() {
  return (
    <div className="divide-y divide-line border-y border-line">
      <TextFilter />
      <FacetFilters />
      <PriceFilter />
    </div>
  );
}

/** One for each filter that the server describes and whose values it counts. */
function FacetFilters() {
  const language = useLanguage();
  const { data } = useQuery(infoQuery);
  return data?.filters.map(({ name, facet, labels }) =>
    facet !== null && isFacet(name) ? (
      <FacetFilter key={name} facet={name} countedAs={facet} label={labels[language]} />
    ) : null,
  );
}

function ClearAll() {
  const m = useMessages();
  const change = useChangeParams();
  if (countConditions(filterOf(useParams())) === 0) return null;
  return (
    <Button variant="quiet" size="sm" onClick={() => change(withoutFilters)}>
      {m.search.filters.clear}
    </Button>
  );
}
