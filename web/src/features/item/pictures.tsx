/** All pictures of an item: the chosen one large, and a row of thumbnails to choose from. */
import { useState } from "react";
import type { ProductDetails } from "@/api/types";
import { useMessages } from "@/shared/i18n/language";
import { ItemPhoto, photoUrl } from "@/shared/ui/item-photo";

const PHOTO_SIZES = "(width >= 80rem) 32rem, (width >= 48rem) 45vw, 92vw";

export function Pictures({ item }: { item: ProductDetails }) {
  const m = useMessages();
  const [chosen, setChosen] = useState(0);
  const count = item.image_urls.length;
  return (
    <div className="mx-auto w-full max-w-lg md:mx-0">
      <ItemPhoto key={chosen} product={item} picture={chosen} sizes={PHOTO_SIZES} eager />
      {count > 1 && (
        <ul aria-label={m.item.pictures} className="mt-3 flex flex-wrap gap-2">
          {item.image_urls.map((url, position) => (
            <li key={url}>
              <button
                type="button"
                aria-label={m.item.picture(position + 1, count)}
                aria-pressed={position === chosen}
                onClick={() => setChosen(position)}
                className="block size-16 overflow-hidden rounded bg-frame aria-pressed:outline-2 aria-pressed:outline-accent"
              >
                <img
                  src={photoUrl(item, position, 160)}
                  alt=""
                  width={64}
                  height={64}
                  loading="lazy"
                  className="size-full object-contain"
                />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
