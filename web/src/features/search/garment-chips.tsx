/** The garments in the photo: each searches with its part of the photo, the first with all of it, the last shops all. */
import { Link } from "@tanstack/react-router";
import type { Garment } from "@/api/types";
import { categoryName } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import type { Crop } from "@/shared/photo/photo";
import { buttonClass } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { boxOf, isSameBox } from "./garment-box";

type GarmentChipsProps = {
  garments: readonly Garment[];
  crop: Crop | undefined;
  onCrop: (crop: Crop | undefined) => void;
};

export function GarmentChips({ garments, crop, onCrop }: GarmentChipsProps) {
  const m = useMessages();
  return (
    <fieldset className="contents min-w-0 lg:block">
      <legend className="mb-2 text-sm text-muted max-lg:sr-only">{m.search.garments.title}</legend>
      <div className="contents lg:flex lg:min-h-27 lg:flex-wrap lg:gap-2">
        <Chip isChosen={crop === undefined} onChoose={() => onCrop(undefined)}>
          {m.search.garments.whole}
        </Chip>
        {garments.map((garment) => {
          const box = boxOf(garment);
          return (
            <Chip key={garment.box.join()} isChosen={isSameBox(crop, box)} onChoose={() => onCrop(box)}>
              {categoryName(garment.semantic_category, m)}
            </Chip>
          );
        })}
        {garments.length > 1 && (
          <Link to="/shop-the-look" className={buttonClass({ variant: "accent", size: "sm" })}>
            <Icon name="bag" className="size-4.5" />
            {m.search.garments.look}
          </Link>
        )}
      </div>
    </fieldset>
  );
}

type ChipProps = { isChosen: boolean; onChoose: () => void; children: string };

function Chip({ isChosen, onChoose, children }: ChipProps) {
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={onChoose}
      className="inline-flex min-h-11 items-center rounded-full border border-edge px-3.5 text-sm font-medium transition hover:bg-wash aria-pressed:border-ink aria-pressed:bg-ink aria-pressed:text-paper"
    >
      {children}
    </button>
  );
}
