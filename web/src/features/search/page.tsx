/** The search page: query, filters and results. Everything but the photo is in the address. */
import { usePhoto } from "@/shared/photo/photo";
import { CatalogueResults } from "./catalogue-results";
import { Columns } from "./columns";
import { filterOf } from "./fields";
import { GoesWithResults } from "./goes-with-results";
import { ItemQuery } from "./item-query";
import { LikeResults } from "./like-results";
import { PhotoSearch } from "./photo-search";
import { Start } from "./start";
import { useParams } from "./use-params";
import { WordResults } from "./word-results";

export function SearchPage() {
  const params = useParams();
  const { photo } = usePhoto();
  const filter = filterOf(params);
  const { like, with: goesWith, text, literal } = params;

  if (like !== undefined)
    return <Columns query={<ItemQuery itemId={like} />} results={<LikeResults itemId={like} filter={filter} />} />;
  if (goesWith !== undefined) {
    const results = <GoesWithResults itemId={goesWith} filter={filter} />;
    return <Columns query={<ItemQuery itemId={goesWith} />} results={results} />;
  }
  if (params.photo && photo !== undefined) return <PhotoSearch photo={photo} filter={filter} />;
  if (!params.photo && text !== undefined)
    return <Columns results={<WordResults words={{ text, literal }} filter={filter} />} />;
  return (
    <>
      <Start isPhotoLost={params.photo !== undefined} />
      <Columns results={<CatalogueResults filter={filter} />} />
    </>
  );
}
