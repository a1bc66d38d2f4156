/** The picture of a piece in a flat-lay, framed where it is one of the weakest pair. */
import { useMessages } from "@/shared/i18n/language";
import { OwnPhoto } from "@/shared/photo/own-photo";
import type { Photo } from "@/shared/photo/photo";
import { ItemPhoto, PHOTO_FRAME } from "@/shared/ui/item-photo";
import { usePartUrl } from "./photo-part";
import type { Piece } from "./pieces";

export function PiecePicture({ piece, isWeak }: { piece: Piece; isWeak: boolean }) {
  const look = `shadow-sm ${isWeak ? "ring-2 ring-accent print:ring-0" : ""}`;
  if (piece.kind === "photo") return <Own photo={piece.photo} look={look} />;
  return <ItemPhoto product={piece.product} sizes="(width >= 64rem) 20rem, 60vw" eager className={look} />;
}

function Own({ photo, look }: { photo: Photo; look: string }) {
  const m = useMessages();
  return (
    <OwnPhoto
      src={usePartUrl(photo)}
      width={320}
      height={400}
      alt={m.studio.yourPhotoAlt}
      className={`object-contain ${PHOTO_FRAME} ${look}`}
    />
  );
}
