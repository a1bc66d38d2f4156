/** A piece as a row of words: what it is, its price, whether it is sold out, and what can be done with it. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatPrice } from "@/shared/format/numbers";
import { titleOf } from "@/shared/format/product";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { Skeleton } from "@/shared/ui/skeleton";
import { categoryOfPiece, isOutOfStock, type Piece } from "./pieces";

const ROW = "flex min-h-16 items-center gap-3 border-b border-line py-1 break-inside-avoid print:min-h-0";

export function PieceRow({ piece, children }: { piece: Piece; children?: ReactNode }) {
  const m = useMessages();
  const language = useLanguage();
  if (piece.kind === "photo") {
    return (
      <li className={ROW}>
        <p className="grow font-medium">{m.studio.yourPhoto}</p>
        {children}
      </li>
    );
  }
  const { product } = piece;
  return (
    <li className={ROW} data-item-id={product.item_id}>
      <div className="min-w-0 grow">
        <Link
          to="/item/$itemId"
          params={{ itemId: product.item_id }}
          className="flex min-h-11 flex-col justify-center rounded print:min-h-0 text-[0.9375rem] leading-tight font-medium hover:underline"
        >
          <span className="block text-xs leading-4 font-normal text-muted">
            {[categoryOfPiece(piece, m), product.brand].filter(Boolean).join(" · ")}
          </span>
          <span className="line-clamp-2">{titleOf(product, m)}</span>
        </Link>
        {isOutOfStock(product) && <p className="text-sm font-medium text-accent">{m.studio.look.soldOut}</p>}
      </div>
      <span className="shrink-0 text-sm tabular-nums">{formatPrice(product.price, product.currency, language)}</span>
      {children}
    </li>
  );
}

export function PieceRowSkeleton() {
  return (
    <li aria-hidden="true" className={ROW}>
      <div className="grow">
        <Skeleton className="h-3 w-1/3" />
        <Skeleton className="mt-2 h-4 w-2/3" />
      </div>
      <Skeleton className="h-4 w-14" />
    </li>
  );
}
