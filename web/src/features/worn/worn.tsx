/** The photo with the places of its garments, and another photo instead. */
import { Link } from "@tanstack/react-router";
import type { Garment } from "@/api/types";
import { useMessages } from "@/shared/i18n/language";
import { OwnPhoto } from "@/shared/photo/own-photo";
import type { Photo } from "@/shared/photo/photo";
import { PhotoTarget } from "@/shared/photo/photo-target";
import { buttonClass } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";

export function Worn({ photo, garments }: { photo: Photo; garments: readonly Garment[] }) {
  const m = useMessages();
  return (
    <section aria-label={m.search.yourPhoto} className="flex gap-4 lg:flex-col">
      <div className="w-fit max-w-36 shrink-0 self-start overflow-hidden rounded-lg lg:max-w-full">
        <div className="relative">
          <OwnPhoto src={photo.url} alt={m.search.yourPhotoAlt} className="block max-h-60 max-w-full lg:max-h-96" />
          {garments.map((garment) => (
            <Place key={garment.box.join()} garment={garment} />
          ))}
        </div>
      </div>
      <div className="flex flex-col items-start gap-2 lg:flex-row lg:flex-wrap">
        <Link to="/" search={{ photo: "1" }} className={buttonClass({ variant: "outline", size: "sm" })}>
          <Icon name="back" className="size-4.5" />
          {m.worn.toSearch}
        </Link>
        <PhotoTarget look="bar" />
      </div>
    </section>
  );
}

function Place({ garment: { box } }: { garment: Garment }) {
  const [left, top, width, height] = box.map((part) => `${part * 100}%`);
  return (
    <div
      style={{ left, top, width, height }}
      className="absolute rounded-md border-2 border-white/80 shadow-[0_0_0_1px_rgb(0_0_0/0.35)]"
    />
  );
}
