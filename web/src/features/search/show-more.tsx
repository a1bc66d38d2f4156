/** Loads the next page of results, and moves the focus to its first card. */
import { type RefObject, useEffect, useRef } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { ProblemNotice } from "@/shared/ui/notice";

type ShowMoreProps = {
  /** What holds the grid. */
  grid: RefObject<HTMLElement | null>;
  /** How many cards are in it. */
  count: number;
  query: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    error: Error | null;
    fetchNextPage: () => Promise<unknown>;
  };
};

export function ShowMore({ grid, count, query }: ShowMoreProps) {
  const m = useMessages();

  const focusAt = useRef<number>(undefined);

  function showMore(): void {
    if (query.isFetchingNextPage) return;
    focusAt.current = count;
    void query.fetchNextPage();
  }

  useEffect(() => {
    if (focusAt.current === undefined || count <= focusAt.current) return;
    grid.current
      ?.querySelectorAll<HTMLElement>("article :is(h2, h3) a")
      [focusAt.current]?.focus({ preventScroll: true });
    focusAt.current = undefined;
  }, [count, grid]);

  if (query.isFetchNextPageError && query.error) {
    return <ProblemNotice error={query.error} onRetry={showMore} />;
  }
  if (!query.hasNextPage) return <p className="mt-8 text-center text-sm text-muted">{m.search.results.end}</p>;
  return (
    <div className="mt-8 flex justify-center">
      <Button
        variant="outline"
        aria-disabled={query.isFetchingNextPage}
        className={query.isFetchingNextPage ? "animate-pulse" : ""}
        onClick={showMore}
      >
        {query.isFetchingNextPage ? `${m.common.loading} …` : m.search.results.more}
      </Button>
    </div>
  );
}
