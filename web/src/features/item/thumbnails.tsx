import type { ProductDetails } from "@/api/types";
import { useMessages } from "@/shared/i18n/language";
import { photoUrl } from "@/shared/ui/item-photo";

type ThumbnailsProps = { item: ProductDetails; chosen: number; onChoose: (position: number) => void };

/** One button for each picture of the item. */
export function Thumbnails({ item, chosen, onChoose }: ThumbnailsProps) {
  const m = useMessages();
  const count = item.image_urls.length;
  return (
    <ul aria-label={m.item.pictures} className="mt-3 flex flex-wrap gap-2">
      {item.image_urls.map((url, position) => (
        <li key={url}>
          <button
            type="button"
            aria-label={m.item.picture(position + 1, count)}
            aria-pressed={position === chosen}
            onClick={() => onChoose(position)}
            className="block overflow-hidden rounded bg-frame aria-pressed:outline-2 aria-pressed:outline-accent"
          >
            <img
              src={photoUrl(item, position, 160)}
              alt=""
              width={56}
              height={70}
              loading="lazy"
              className="aspect-4/5 w-14 object-cover"
            />
          </button>
        </li>
      ))}
    </ul>
  );
}
