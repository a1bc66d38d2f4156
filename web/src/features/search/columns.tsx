import { lazy, type ReactNode, Suspense } from "react";
import { Filters } from "./filters";

const ActiveFilters = lazy(() => import("./active-filters"));

/** The query and the filters, beside the results where there is room. */
export function Columns({ query, results }: { query?: ReactNode; results: ReactNode }) {
  return (
    <div className="lg:grid lg:grid-cols-[16rem_minmax(0,1fr)] lg:gap-12">
      <div>
        {query}
        <Filters />
      </div>
      <div className="mt-6 lg:mt-0">
        <Suspense>
          <ActiveFilters />
        </Suspense>
        {results}
      </div>
    </div>
  );
}
