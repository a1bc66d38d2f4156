/** The next page of results; the keyboard goes on at the first new card. */
import type { RefObject } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { ProblemNotice } from "@/shared/ui/notice";

type ShowMoreProps = {
  /** What holds the grid. */
  grid: RefObject<HTMLElement | null>;
  query: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    error: Error | null;
    fetchNextPage: () => Promise<unknown>;
  };
};

export function ShowMore({ grid, query }: ShowMoreProps) {
  const m = useMessages();

  async function showMore(): Promise<void> {
    const shown = grid.current?.querySelectorAll("article").length ?? 0;
    await query.fetchNextPage();
    const next = grid.current?.querySelectorAll<HTMLElement>("article h3 a")[shown];
    next?.focus({ preventScroll: true });
  }

  if (query.isFetchNextPageError && query.error) {
    return <ProblemNotice error={query.error} onRetry={() => void showMore()} />;
  }
  if (!query.hasNextPage) return <p className="mt-12 text-center text-sm text-muted">{m.search.results.end}</p>;
  return (
    <div className="mt-12 flex justify-center">
      <Button
        variant="outline"
        aria-disabled={query.isFetchingNextPage}
        className={query.isFetchingNextPage ? "animate-pulse" : ""}
        onClick={() => query.isFetchingNextPage || void showMore()}
      >
        {query.isFetchingNextPage ? `${m.common.loading} …` : m.search.results.more}
      </Button>
    </div>
  );
}
