import { lazy, type ReactNode, Suspense } from "react";

const ActiveFilters = lazy(() => import("./active-filters"));

/** What changes the results, above them: the order, words, and the filters that are set. */
export function Tools({ children }: { children?: ReactNode }) {
  return (
    <div className="button-row mb-0.5! items-center lg:has-[li,select]:mb-4!">
      {children}
      <Suspense>
        <ActiveFilters />
      </Suspense>
    </div>
  );
}
