import type { ReactNode } from "react";
import { ActiveFilters } from "./active-filters";
import { Filters } from "./filters";

/** The query and the filters, beside the results where there is room; else the filters are beside their heading. */
export function Columns({ query, results }: { query?: ReactNode; results: ReactNode }) {
  return (
    <div className="lg:grid lg:grid-cols-[15rem_minmax(0,1fr)] lg:gap-10">
      <div className={query ? "" : "max-lg:float-start max-lg:me-4"}>
        {query}
        <Filters />
      </div>
      <div className={query ? "mt-2 lg:mt-0" : ""}>
        <ActiveFilters />
        {results}
      </div>
    </div>
  );
}
