import { Skeleton } from "@/shared/ui/skeleton";

const ROWS = ["w-20", "w-24", "w-16", "w-32", "w-36", "w-14"] as const;

/** In place of the filters beside the results, until all of them are there. */
export function FiltersSkeleton() {
  return (
    <div aria-hidden="true" className="border-t border-line pt-3">
      <Skeleton className="my-3 h-5 w-28" />
      {ROWS.map((width) => (
        <div key={width} className="flex h-8 items-center gap-2.5">
          <Skeleton className="size-4.5" />
          <Skeleton className={`h-4 ${width}`} />
        </div>
      ))}
    </div>
  );
}
