import type { ReactNode } from "react";
import { Filters } from "./filters";

/** The query and the filters, beside the results where there is room; else the filters float before the tools of the results. */
export function Columns({ query, results }: { query?: ReactNode; results: ReactNode }) {
  return (
    <div className="lg:grid lg:grid-cols-[15rem_minmax(0,1fr)] lg:gap-10">
      <div className="max-lg:contents">
        {query}
        <div className="max-lg:float-start max-lg:me-2">
          <Filters />
        </div>
      </div>
      <div>{results}</div>
    </div>
  );
}
