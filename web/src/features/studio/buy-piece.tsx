/** The link to a piece's page in the shop; none where it is sold out or has no safe address. */
import { shopUrl } from "@/shared/format/product";
import { useMessages } from "@/shared/i18n/language";
import { buttonClass } from "@/shared/ui/button";
import { isOutOfStock, nameOf, type Piece } from "./pieces";

export function BuyPiece({ piece }: { piece: Piece }) {
  const m = useMessages();
  const url = piece.kind === "item" && !isOutOfStock(piece.product) ? shopUrl(piece.product) : undefined;
  if (url === undefined) return null;
  return (
    <a
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={m.studio.look.buyOf(nameOf(piece, m))}
      className={`${buttonClass({ size: "sm" })} print:hidden`}
    >
      {m.studio.look.buy}
    </a>
  );
}
