/** The search page: query, filters and results. Everything but the photo is in the address. */
import { usePhoto } from "@/shared/photo/photo";
import { CatalogueResults } from "./catalogue-results";
import { filterOf } from "./fields";
import { Filters } from "./filters";
import { GoesWithResults } from "./goes-with-results";
import { ItemQuery } from "./item-query";
import { LikeResults } from "./like-results";
import { PhotoQuery } from "./photo-query";
import { PhotoResults } from "./photo-results";
import { Start } from "./start";
import { useParams } from "./use-params";

export function SearchPage() {
  const params = useParams();
  const { photo } = usePhoto();
  const filter = filterOf(params);

  if (params.like !== undefined) {
    return (
      <Columns
        query={<ItemQuery itemId={params.like} />}
        results={<LikeResults itemId={params.like} filter={filter} />}
      />
    );
  }
  if (params.with !== undefined) {
    return (
      <Columns
        query={<ItemQuery itemId={params.with} />}
        results={<GoesWithResults itemId={params.with} filter={filter} />}
      />
    );
  }
  if (photo !== undefined) {
    return <Columns query={<PhotoQuery photo={photo} />} results={<PhotoResults photo={photo} filter={filter} />} />;
  }
  return (
    <>
      <Start />
      <Columns results={<CatalogueResults filter={filter} />} />
    </>
  );
}

function Columns({ query, results }: { query?: React.ReactNode; results: React.ReactNode }) {
  return (
    <div className="lg:grid lg:grid-cols-[16rem_minmax(0,1fr)] lg:gap-12">
      <div>
        {query}
        <Filters />
      </div>
      <div className="mt-6 lg:mt-0">{results}</div>
    </div>
  );
}
