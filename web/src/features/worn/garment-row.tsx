/** Products that look like one garment of the photo; placeholders of the same size until they have come. */
import type { Garment } from "@/api/types";
import { categoryName } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { ItemCard } from "@/shared/ui/item-card";
import { ItemGrid, ItemGridSkeleton } from "@/shared/ui/item-grid";
import { Similarity } from "@/shared/ui/similarity";
import type { Row } from "./lines";

type GarmentRowProps = { garment: Garment; row: Row | undefined; isComing: boolean };

export function GarmentRow({ garment, row, isComing }: GarmentRowProps) {
  const m = useMessages();
  const name = categoryName(garment.semantic_category, m);
  if (row === undefined && !isComing) return null; // the answer broke off before it
  return (
    <section className="mb-10" data-garment={garment.semantic_category}>
      <div className="mb-3 flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h2 className="text-2xl">{name}</h2>
        {row && <p className="text-sm text-muted">{noteOn(row, m)}</p>}
      </div>
      {row === undefined && <ItemGridSkeleton isRail count={5} />}
      {row && row.results.length > 0 && (
        <ItemGrid label={name} isRail>
          {row.results.map((result) => (
            <ItemCard
              key={result.item.item_id}
              product={result.item}
              picture={result.picture}
              note={<Similarity result={result} />}
              actions={null}
            />
          ))}
        </ItemGrid>
      )}
    </section>
  );
}

function noteOn(row: Row, m: ReturnType<typeof useMessages>): string {
  if (row.results.length === 0) return m.worn.nothingLike;
  return row.is_good_match === false ? m.worn.noGoodMatch : "";
}
