/** The filters: beside the results where there is room, else in a dialog. */
import { lazy, Suspense, useRef } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { ClearAll } from "./clear-all";
import { countConditions, filterOf } from "./fields";
import { FiltersSkeleton } from "./filters-skeleton";
import { useIsSheet } from "./use-is-sheet";
import { useIsWide } from "./use-is-wide";
import { useParams } from "./use-params";
import { useOpenSheet } from "./use-sheet";

const SidebarFilters = lazy(() => import("./sidebar-filters"));
const FilterSheet = lazy(() => import("./filter-sheet"));

export function Filters() {
  const isWide = useIsWide();
  return isWide ? <Sidebar /> : <Sheet />;
}

function Sidebar() {
  const m = useMessages();
  return (
    <section aria-label={m.search.filters.title}>
      <div className="mb-2 flex min-h-11 items-center justify-between">
        <h2 className="text-2xl">{m.search.filters.title}</h2>
        <ClearAll />
      </div>
      <Suspense fallback={<FiltersSkeleton />}>
        <SidebarFilters />
      </Suspense>
    </section>
  );
}

function Sheet() {
  const m = useMessages();
  const isOpen = useIsSheet();
  const open = useOpenSheet();
  const opener = useRef<HTMLButtonElement>(null);
  const conditions = countConditions(filterOf(useParams()));
  return (
    <>
      <Button ref={opener} variant="outline" size="sm" onClick={open}>
        <Icon name="filter" className="size-4.5" />
        {m.search.filters.open(conditions)}
      </Button>
      {isOpen && (
        <Suspense>
          <FilterSheet opener={opener} />
        </Suspense>
      )}
    </>
  );
}
