/** The search page: query, filters and results. Everything but the photo is in the address. */
import { Suspense } from "react";
import { usePhoto } from "@/shared/photo/photo";
import { ItemGridSkeleton } from "@/shared/ui/item-grid";
import { CatalogueResults } from "./catalogue-results";
import { Columns } from "./columns";
import { filterOf } from "./fields";
import { Start } from "./start";
import { useParams } from "./use-params";
import { GoesWithSearch, LikeSearch, PhotoSearch, WordSearch } from "./views";

export function SearchPage() {
  return (
    <Suspense fallback={<Columns results={<ItemGridSkeleton lines={6} />} />}>
      <Asked />
    </Suspense>
  );
}

function Asked() {
  const params = useParams();
  const { photo } = usePhoto();
  const filter = filterOf(params);
  const { like, with: goesWith, text, literal } = params;
  if (like !== undefined) return <LikeSearch itemId={like} filter={filter} />;
  if (goesWith !== undefined) return <GoesWithSearch itemId={goesWith} filter={filter} />;
  if (params.photo && photo !== undefined) return <PhotoSearch photo={photo} filter={filter} />;
  if (!params.photo && text !== undefined) return <WordSearch words={{ text, literal }} filter={filter} />;
  return (
    <>
      <Start isPhotoLost={params.photo !== undefined} />
      <Columns results={<CatalogueResults filter={filter} />} />
    </>
  );
}
