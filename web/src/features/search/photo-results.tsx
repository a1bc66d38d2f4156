import { useInfiniteQuery } from "@tanstack/react-query";
import { useMessages } from "@/shared/i18n/language";
import type { Photo } from "@/shared/photo/photo";
import { ColourChoice } from "./colour-choice";
import { type FilterFields, withTint } from "./fields";
import { photoSearch } from "./queries";
import { RankedResults } from "./ranked-results";
import { useParams } from "./use-params";

export function PhotoResults({ photo, filter }: { photo: Photo; filter: FilterFields }) {
  const m = useMessages();
  const { tint } = useParams();
  const query = useInfiniteQuery({
    ...photoSearch(photo, withTint(filter, tint)),
    // After a change of crop or filter the old results stay, dimmed; another photo starts empty.
    placeholderData: (old, oldQuery) => (oldQuery?.queryKey[2] === photo.key ? old : undefined),
  });
  return <RankedResults title={m.search.results.similar} query={query} choice={<ColourChoice />} />;
}
