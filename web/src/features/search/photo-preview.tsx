import { useState } from "react";
import type { Garment } from "@/api/types";
import { categoryName } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import type { Crop, Photo } from "@/shared/photo/photo";
import { boxOf, placeOf } from "./garment-box";

type PhotoPreviewProps = {
  photo: Photo;
  garments: readonly Garment[];
  onCrop: (crop: Crop) => void;
  /** Shows it large. */
  onOpen: () => void;
};

/** A small photo; outside the crop it is dimmed. Its garments can be tapped; as a thumbnail it opens. */
export function PhotoPreview({ photo, garments, onCrop, onOpen }: PhotoPreviewProps) {
  const m = useMessages();
  const [isBroken, setBroken] = useState(false);
  if (isBroken) {
    return (
      <p className="grid h-11 place-items-center px-2 text-sm text-[#655f57] lg:h-auto lg:aspect-4/5">
        {m.search.noPreview}
      </p>
    );
  }
  const largestFirst = garments.toSorted((one, other) => area(other) - area(one)); // so that the small ones lie on top
  return (
    <div className="relative overflow-hidden">
      <img
        src={photo.url}
        alt={m.search.yourPhotoAlt}
        onError={() => setBroken(true)}
        className="block max-w-full max-lg:h-11 lg:max-h-96"
      />
      {photo.crop && (
        <div
          style={placeOf(photo.crop)}
          className="absolute rounded-sm border border-white shadow-[0_0_0_999px_rgb(0_0_0/0.5)] lg:border-2"
        />
      )}
      <div className="max-lg:hidden">
        {largestFirst.map((garment) => (
          <GarmentBox key={garment.box.join()} garment={garment} onCrop={onCrop} />
        ))}
      </div>
      <button type="button" tabIndex={-1} aria-hidden="true" onClick={onOpen} className="absolute inset-0 lg:hidden" />
    </div>
  );
}

function area({ box: [, , width = 0, height = 0] }: Garment): number {
  return width * height;
}

/** For a pointer; the chips beside the photo are the same for keyboards and screen readers. */
function GarmentBox({ garment, onCrop }: { garment: Garment; onCrop: (crop: Crop) => void }) {
  const m = useMessages();
  const box = boxOf(garment);
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-hidden="true"
      title={categoryName(garment.semantic_category, m)}
      onClick={() => onCrop(box)}
      style={placeOf(box)}
      className="absolute grid place-items-center rounded-md hover:bg-white/20 hover:ring-2 hover:ring-white"
    >
      <span className="absolute size-11" />
      <span className="size-3.5 rounded-full border-2 border-black/40 bg-white shadow" />
    </button>
  );
}
