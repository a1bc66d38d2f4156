/** A product's photo in a 4:5 frame, at the size that the screen needs. */
import { useState } from "react";
import type { ImageWidth, Product } from "@/api/types";
import { altOf } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";

type ItemPhotoProps = {
  product: Product;
  /** Which of its pictures; 0 is the first one. */
  picture?: number;
  /** As in `<img sizes>`. */
  sizes?: string;
  /** Whether it loads at once; others load when they are scrolled near. */
  eager?: boolean;
  className?: string;
};

const WIDTHS: readonly ImageWidth[] = [160, 320, 640];

export const PHOTO_FRAME = "aspect-4/5 w-full overflow-hidden rounded-lg bg-frame";

export function photoUrl(product: Product, picture: number, width: ImageWidth): string {
  return `${product.image_url}?${picture ? `picture=${picture}&` : ""}w=${width}`;
}

export function ItemPhoto({
  product,
  picture = 0,
  sizes = "(width >= 48rem) 15rem, 45vw",
  eager = false,
  className,
}: ItemPhotoProps) {
  const m = useMessages();
  const [isMissing, setMissing] = useState(false);
  if (isMissing) {
    return (
      <div
        role="img"
        aria-label={altOf(product, m)}
        className={`grid place-items-center text-sm text-[#655f57] ${PHOTO_FRAME} ${className ?? ""}`}
      >
        {m.common.card.noPhoto}
      </div>
    );
  }
  return (
    <img
      src={photoUrl(product, picture, 320)}
      srcSet={WIDTHS.map((w) => `${photoUrl(product, picture, w)} ${w}w`).join(", ")}
      sizes={sizes}
      width={320}
      height={400}
      alt={altOf(product, m)}
      loading={eager ? "eager" : "lazy"}
      fetchPriority={eager ? "high" : "auto"}
      decoding="async"
      onError={() => setMissing(true)}
      className={`object-contain ${PHOTO_FRAME} ${className ?? ""}`}
    />
  );
}
