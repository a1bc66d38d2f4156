import { useState } from "react";
import { useMessages } from "@/shared/i18n/language";
import type { Photo } from "@/shared/photo/photo";

/** A small photo; outside the crop it is dimmed. */
export function PhotoPreview({ photo }: { photo: Photo }) {
  const m = useMessages();
  const [isBroken, setBroken] = useState(false);
  if (isBroken) {
    return <p className="grid aspect-4/5 place-items-center text-sm text-[#655f57]">{m.search.noPreview}</p>;
  }
  const percent = (part: number) => `${part * 100}%`;
  const crop = photo.crop && {
    left: percent(photo.crop.x),
    top: percent(photo.crop.y),
    width: percent(photo.crop.width),
    height: percent(photo.crop.height),
  };
  return (
    <div className="relative overflow-hidden">
      <img
        src={photo.url}
        alt={m.search.yourPhotoAlt}
        onError={() => setBroken(true)}
        className="block max-h-44 max-w-full lg:max-h-80"
      />
      {crop && (
        <div style={crop} className="absolute rounded-sm border-2 border-white shadow-[0_0_0_999px_rgb(0_0_0/0.5)]" />
      )}
    </div>
  );
}
