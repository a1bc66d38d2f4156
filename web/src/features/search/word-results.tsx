/** What words find, with how they were understood. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMessages } from "@/shared/i18n/language";
import type { FilterFields } from "./fields";
import { NearestInstead } from "./nearest-instead";
import { Notices } from "./notices";
import { RankedResults } from "./ranked-results";
import { ResultOrder } from "./result-order";
import { Understood } from "./understood";
import { useParams } from "./use-params";
import { useRedirect } from "./use-redirect";
import { type Words, wordSearch } from "./word-queries";

export function WordResults({ words, filter }: { words: Words; filter: FilterFields }) {
  const m = useMessages();
  const { sort } = useParams();
  const query = useInfiniteQuery({
    ...wordSearch(words, filter, sort),
    placeholderData: (old, oldQuery) => (oldQuery?.queryKey[3] === words.text ? old : undefined),
  });
  useRedirect(query.isPlaceholderData ? null : query.data?.pages[0]?.redirect);
  return (
    <RankedResults
      title={m.search.results.words(words.text)}
      query={query}
      choice={
        <>
          <ResultOrder total={query.isPlaceholderData ? undefined : query.data?.pages[0]?.total} />
          <Understood answer={query.data?.pages[0]} literal={words.literal} />
        </>
      }
      said={<Notices answer={query.data?.pages[0]} />}
      isByWords
      instead={<NearestInstead words={words} filter={filter} />}
    />
  );
}
