/** All pictures of an item: the chosen one large, which opens the zoom, and a row of thumbnails to choose from. */
import { lazy, Suspense, useState } from "react";
import type { ProductDetails } from "@/api/types";
import { useMessages } from "@/shared/i18n/language";
import { Icon } from "@/shared/ui/icon";
import { ItemPhoto } from "@/shared/ui/item-photo";
import { Thumbnails } from "./thumbnails";

const ZoomDialog = lazy(() => import("./zoom-dialog"));
const PHOTO_SIZES = "(width >= 80rem) 32rem, (width >= 48rem) 45vw, 92vw";

export function Pictures({ item }: { item: ProductDetails }) {
  const m = useMessages();
  const [chosen, setChosen] = useState(0);
  const [isZoomed, setZoomed] = useState(false);
  return (
    <div className="mx-auto w-full max-w-lg md:mx-0">
      <button
        type="button"
        aria-label={m.item.zoom.open}
        onClick={() => setZoomed(true)}
        className="group relative block w-full cursor-zoom-in rounded-lg"
      >
        <ItemPhoto product={item} picture={chosen} sizes={PHOTO_SIZES} eager />
        <span className="absolute end-3 bottom-3 grid size-11 place-items-center rounded-full bg-surface/90 shadow-sm group-hover:text-accent">
          <Icon name="zoom" />
        </span>
      </button>
      {item.image_urls.length > 1 && <Thumbnails item={item} chosen={chosen} onChoose={setChosen} />}
      {isZoomed && (
        <Suspense>
          <ZoomDialog item={item} chosen={chosen} onChoose={setChosen} onClose={() => setZoomed(false)} />
        </Suspense>
      )}
    </div>
  );
}
