import type { ReactNode } from "react";
import { ActiveFilters } from "./active-filters";
import { Filters } from "./filters";

/** The query and the filters, beside the results where there is room. */
export function Columns({ query, results }: { query?: ReactNode; results: ReactNode }) {
  return (
    <div className="lg:grid lg:grid-cols-[16rem_minmax(0,1fr)] lg:gap-12">
      <div>
        {query}
        <Filters />
      </div>
      <div className="mt-6 lg:mt-0">
        <ActiveFilters />
        {results}
      </div>
    </div>
  );
}
