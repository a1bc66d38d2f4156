import AllFilters from "./all-filters";
import { FiltersSkeleton } from "./filters-skeleton";
import { useSettled } from "./use-settled";

/** The filters beside the results, once all of them are there. */
export default function SidebarFilters() {
  const isSettled = useSettled();
  return (
    <>
      {!isSettled && <FiltersSkeleton />}
      <div hidden={!isSettled}>
        <AllFilters />
      </div>
    </>
  );
}
