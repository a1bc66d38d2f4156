/** A piece on the board, with lock, swap and remove. */
import { Link } from "@tanstack/react-router";
import { formatPrice } from "@/shared/format/numbers";
import { titleOf } from "@/shared/format/product";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import type { Photo } from "@/shared/photo/photo";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { ItemPhoto, PHOTO_FRAME } from "@/shared/ui/item-photo";
import { Skeleton } from "@/shared/ui/skeleton";
import { usePartUrl } from "./photo-part";
import { categoryOfPiece, nameOf, type Piece } from "./pieces";

type SlotCardProps = {
  piece: Piece;
  isWeak: boolean;
  onLock: () => void;
  /** Undefined if nothing could replace it. */
  onSwap: (() => void) | undefined;
  onRemove: () => void;
};

export function SlotCard({ piece, isWeak, onLock, onSwap, onRemove }: SlotCardProps) {
  const m = useMessages();
  const name = nameOf(piece, m);
  return (
    <article className="flex h-full flex-col" aria-label={name}>
      <p className="flex min-h-8 items-center text-sm text-muted">{categoryOfPiece(piece, m)}</p>
      <div className="relative">
        {piece.kind === "item" ? (
          <>
            <ItemPhoto product={piece.product} sizes="(width >= 64rem) 17rem, (width >= 40rem) 30vw, 45vw" eager />
            <LockButton name={name} isLocked={piece.isLocked} onLock={onLock} />
          </>
        ) : (
          <OwnPhoto photo={piece.photo} />
        )}
        {isWeak && (
          <span className="absolute bottom-2 start-2 rounded-full bg-blush px-2 text-xs leading-5 font-medium text-accent">
            {m.studio.board.weakest}
          </span>
        )}
      </div>
      <div className="mt-3 flex grow flex-col text-sm">
        <PieceWords piece={piece} />
        <div className="mt-auto flex items-center gap-1 pt-2">
          {onSwap && (
            <Button variant="outline" size="sm" onClick={onSwap} aria-label={m.studio.board.swapOf(name)} data-swap="">
              <Icon name="swap" className="size-4" />
              {m.studio.board.swap}
            </Button>
          )}
          <Button
            variant="quiet"
            size="icon"
            onClick={onRemove}
            aria-label={m.studio.board.removeOf(name)}
            title={m.studio.board.remove}
            data-remove=""
          >
            <Icon name="close" className="size-4.5" />
          </Button>
        </div>
      </div>
    </article>
  );
}

function LockButton({ name, isLocked, onLock }: { name: string; isLocked: boolean; onLock: () => void }) {
  const m = useMessages();
  const look = isLocked ? "bg-accent text-on-accent" : "bg-surface text-ink hover:bg-wash";
  return (
    <button
      type="button"
      aria-pressed={isLocked}
      aria-label={m.studio.board.lock(name)}
      title={isLocked ? m.studio.board.unlockTip : m.studio.board.lockTip}
      onClick={onLock}
      className={`absolute top-2 end-2 grid size-11 place-items-center rounded-full shadow-sm ring-1 ring-line transition ${look}`}
    >
      <Icon name={isLocked ? "lock" : "unlock"} />
    </button>
  );
}

function OwnPhoto({ photo }: { photo: Photo }) {
  const m = useMessages();
  return (
    <>
      <img
        src={usePartUrl(photo)}
        width={320}
        height={400}
        alt={m.studio.yourPhotoAlt}
        className={`object-contain ${PHOTO_FRAME}`}
      />
      <span
        role="img"
        aria-label={m.studio.board.stays}
        title={m.studio.board.stays}
        className="absolute top-2 end-2 grid size-11 place-items-center rounded-full bg-accent text-on-accent"
      >
        <Icon name="lock" />
      </span>
    </>
  );
}

function PieceWords({ piece }: { piece: Piece }) {
  const m = useMessages();
  const language = useLanguage();
  if (piece.kind === "photo") return <h3 className="font-medium">{m.studio.yourPhoto}</h3>;
  const { product } = piece;
  return (
    <>
      <h3 className="line-clamp-2 font-medium text-pretty">
        <Link
          to="/item/$itemId"
          params={{ itemId: product.item_id }}
          className="inline-block min-h-6 rounded hover:underline"
        >
          {titleOf(product, m)}
        </Link>
      </h3>
      <p className="truncate text-muted">{product.brand}</p>
      <p className="min-h-5 tabular-nums">{formatPrice(product.price, product.currency, language)}</p>
    </>
  );
}

export function SlotCardSkeleton() {
  return (
    <div aria-hidden="true">
      <div className="flex h-8 items-center">
        <Skeleton className="h-4 w-1/3" />
      </div>
      <Skeleton className="aspect-4/5 w-full rounded-lg" />
      <Skeleton className="mt-3 h-4 w-11/12" />
      <Skeleton className="mt-1.5 h-4 w-1/2" />
      <Skeleton className="mt-1.5 h-4 w-1/4" />
      <Skeleton className="mt-3 h-9 w-24 rounded-full" />
    </div>
  );
}
