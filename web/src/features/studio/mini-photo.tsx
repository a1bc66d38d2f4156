/** A small photo of a piece, next to its name. */
import { useState } from "react";
import type { Product } from "@/api/types";
import { OwnPhoto } from "@/shared/photo/own-photo";
import type { Photo } from "@/shared/photo/photo";
import { usePartUrl } from "./photo-part";

const FRAME = "block aspect-4/5 w-full overflow-hidden rounded-md bg-frame object-contain";

type MiniPhotoProps = { product: Product | null; photo: Photo | undefined; className?: string };

/** `photo` is shown where there is no product. */
export function MiniPhoto({ product, photo, className = "" }: MiniPhotoProps) {
  const [isMissing, setMissing] = useState(false);
  if (isMissing || (product === null && photo === undefined)) return <span className={`${FRAME} ${className}`} />;
  if (product === null) return photo && <Own photo={photo} className={`${FRAME} ${className}`} />;
  return (
    <img
      src={`${product.image_url}?w=160`}
      width={160}
      height={200}
      alt=""
      decoding="async"
      onError={() => setMissing(true)}
      className={`${FRAME} ${className}`}
    />
  );
}

function Own({ photo, className }: { photo: Photo; className: string }) {
  return <OwnPhoto src={usePartUrl(photo)} width={160} height={200} alt="" className={className} />;
}
