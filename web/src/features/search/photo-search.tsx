/** The search with a photo: the photo with its garments, what words change of it, and what is found. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMessages } from "@/shared/i18n/language";
import type { Photo } from "@/shared/photo/photo";
import { ColourChoice } from "./colour-choice";
import { Columns } from "./columns";
import { type FilterFields, withTint, wordsOf } from "./fields";
import { Notices } from "./notices";
import { PhotoQuery } from "./photo-query";
import { photoSearch } from "./queries";
import { RankedResults } from "./ranked-results";
import { Refine } from "./refine";
import { ResultOrder } from "./result-order";
import { Searching } from "./searching";
import { Understood } from "./understood";
import { useParams } from "./use-params";
import { useRemovePhoto } from "./use-remove-photo";

export default function PhotoSearch({ photo, filter }: { photo: Photo; filter: FilterFields }) {
  const m = useMessages();
  const { tint, sort, ...params } = useParams();
  const words = wordsOf(params);
  const removePhoto = useRemovePhoto();
  const query = useInfiniteQuery({
    ...photoSearch(photo, words, withTint(filter, tint), sort),
    // After a change of crop, words or filter the old results stay, dimmed; another photo starts empty.
    placeholderData: (old, oldQuery) => (oldQuery?.queryKey[2] === photo.key ? old : undefined),
  });
  const choice = (
    <>
      <ResultOrder total={query.isPlaceholderData || sort === undefined ? undefined : query.data?.pages[0]?.total} />
      <Refine />
      <ColourChoice />
      {words.text && <Understood answer={query.data?.pages[0]} literal={words.literal} />}
    </>
  );
  return (
    <Columns
      query={<PhotoQuery photo={photo} isSearched={query.isFetched} />}
      results={
        <RankedResults
          title={m.search.results.similar}
          query={query}
          choice={choice}
          said={words.text && <Notices answer={query.data?.pages[0]} />}
          busy={<Searching onCancel={removePhoto} />}
        />
      }
    />
  );
}
