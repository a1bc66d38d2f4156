import { lazy, type ReactNode, Suspense } from "react";
import { countConditions, filterOf } from "./fields";
import { useParams } from "./use-params";

const ActiveFilters = lazy(() => import("./active-filters"));

/** What changes the results, above them: the order, words, and the filters that are set. */
export function Tools({ children }: { children?: ReactNode }) {
  const hasConditions = countConditions(filterOf(useParams())) > 0;
  const room = children || hasConditions ? "min-h-13 lg:mb-4!" : ""; // so that the results stay where they are
  return (
    <div className={`button-row mb-0.5! items-center ${room}`}>
      {children}
      <Suspense>
        <ActiveFilters />
      </Suspense>
    </div>
  );
}
