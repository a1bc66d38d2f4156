/** Search results by similarity in every state: loading, failed, empty, no good match, and the grid. */
import { type ReactNode, useRef } from "react";
import type { SearchResult } from "@/api/types";
import { useMessages } from "@/shared/i18n/language";
import { ItemCard } from "@/shared/ui/item-card";
import { ItemGrid, ItemGridSkeleton } from "@/shared/ui/item-grid";
import { NothingVerySimilar } from "@/shared/ui/nothing-very-similar";
import { ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { Similarity } from "@/shared/ui/similarity";
import { NothingFound } from "./nothing-found";
import { ResultsHeading } from "./results-heading";
import { ShowMore } from "./show-more";
import { Tools } from "./tools";

type Page = { results: readonly SearchResult[]; is_good_match: boolean | null; experiment?: string | null };
type Pages = { pages: readonly Page[] };

type RankedResultsProps = {
  title: string;
  /** In which order the results are, and how the query counts. */
  choice: ReactNode;
  /** What should be known of the results, shown right above them. */
  said?: ReactNode;
  /** Shown on the empty grid until the first results are there. */
  busy?: ReactNode;
  /** Words alone have no similarity. */
  isByWords?: boolean;
  /** Shown where nothing was found. */
  instead?: ReactNode;
  query: Parameters<typeof ShowMore>[0]["query"] & {
    data: Pages | undefined;
    failureReason: Error | null;
    isPlaceholderData: boolean;
    refetch: () => unknown;
  };
};

export function RankedResults({ title, choice, said, busy, isByWords = false, instead, query }: RankedResultsProps) {
  const m = useMessages();
  const grid = useRef<HTMLDivElement>(null);
  const { data, isPlaceholderData } = query;
  const results = data?.pages.flatMap((page) => page.results);
  const experiment = data?.pages[0]?.experiment;
  const trialOf = ({ variant }: SearchResult) => (experiment && variant ? { experiment, variant } : undefined);
  const isOld = isPlaceholderData || undefined;
  return (
    <>
      <ResultsHeading title={title} count={isOld ? undefined : results?.length}>
        {results && results.length > 0 && m.search.results.shown(results.length)}
      </ResultsHeading>
      <Tools>{choice}</Tools>
      {said}
      {(data === undefined || isOld) && query.error === null && <WaitingNotice failure={query.failureReason} />}
      {data === undefined && query.error === null && (
        <div className="relative">
          {busy && <div className="absolute inset-x-0 top-3 z-10 flex justify-center">{busy}</div>}
          <ItemGridSkeleton lines={isByWords ? 3 : 5} />
        </div>
      )}
      {data === undefined && query.error && <ProblemNotice error={query.error} onRetry={() => query.refetch()} />}
      {results?.length === 0 && <NothingFound />}
      {results?.length === 0 && instead}
      {results && results.length > 0 && (
        <div ref={grid} aria-busy={isOld} className="transition-opacity aria-busy:opacity-50">
          {data?.pages[0]?.is_good_match === false && <NothingVerySimilar />}
          <ItemGrid label={title}>
            {results.map((result) => (
              <ItemCard
                key={result.item.item_id}
                product={result.item}
                picture={result.picture}
                why={result.why}
                trial={trialOf(result)}
                note={isByWords ? undefined : <Similarity result={result} />}
                eager={result.rank <= 4}
                level={2}
              />
            ))}
          </ItemGrid>
          <ShowMore grid={grid} count={results.length} query={query} />
        </div>
      )}
    </>
  );
}
