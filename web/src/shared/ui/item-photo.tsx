/** A product's photo, which fills its 4:5 frame, at the size that the screen needs. */
import { useState } from "react";
import type { ImageWidth, Product } from "@/api/types";
import { altOf } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { Icon } from "./icon";

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

/** The picture that the server cuts to 4:5 around the garment. */
export function photoUrl(product: Product, picture: number, width: ImageWidth): string {
  return `${product.image_url}?${picture ? `picture=${picture}&` : ""}w=${width}&fit=card`;
}

export function ItemPhoto({
  product,
  picture = 0,
  sizes = "(width >= 48rem) 12rem, calc(50vw - 1.5rem)",
  eager = false,
  className = "",
}: ItemPhotoProps) {
  const m = useMessages();
  const [missing, setMissing] = useState("");
  const src = photoUrl(product, picture, 320);
  if (missing === src) return <NoPhoto name={altOf(product, m)} className={className} />;
  return (
    <img
      src={src}
      srcSet={WIDTHS.map((w) => `${photoUrl(product, picture, w)} ${w}w`).join(", ")}
      sizes={sizes}
      width={320}
      height={400}
      alt={altOf(product, m)}
      loading={eager ? "eager" : "lazy"}
      fetchPriority={eager ? "high" : "auto"}
      decoding="async"
      onError={() => setMissing(src)}
      className={`object-cover ${PHOTO_FRAME} ${className}`}
    />
  );
}

/** In place of a picture that is missing or does not load. */
function NoPhoto({ name, className }: { name: string; className: string }) {
  return (
    <div
      role="img"
      aria-label={name}
      className={`grid place-items-center text-[#655f57]/50 ${PHOTO_FRAME} ${className}`}
    >
      <Icon name="hanger" className="size-10" />
    </div>
  );
}
