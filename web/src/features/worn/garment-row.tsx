/** Products that look like one garment of the photo. */
import type { Garment } from "@/api/types";
import { categoryName } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { ItemCard } from "@/shared/ui/item-card";
import { ItemGrid } from "@/shared/ui/item-grid";
import { Similarity } from "@/shared/ui/similarity";
import type { Row } from "./lines";

export function GarmentRow({ row, garment }: { row: Row; garment: Garment | undefined }) {
  const m = useMessages();
  const name = categoryName(garment?.semantic_category ?? "", m);
  const hasNone = row.results.length === 0;
  return (
    <section className="mb-10" data-garment={garment?.semantic_category}>
      <h2 className="mb-3 text-2xl">{name}</h2>
      {(hasNone || row.is_good_match === false) && (
        <p className="mb-3 text-muted">{hasNone ? m.worn.nothingLike : m.worn.noGoodMatch}</p>
      )}
      {!hasNone && (
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
