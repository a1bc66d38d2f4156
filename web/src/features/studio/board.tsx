/** The outfit's pieces by category, from head to toe, and the tile that adds one. */
import { useEffect, useRef } from "react";
import { useMessages } from "@/shared/i18n/language";
import { PhotoTarget } from "@/shared/photo/photo-target";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { ProblemNotice } from "@/shared/ui/notice";
import type { Piece } from "./pieces";
import { SlotCard, SlotCardSkeleton } from "./slot-card";
import { SoldOut } from "./sold-out";
import type { Changes } from "./use-changes";
import type { Studio } from "./use-studio";
import { useWardrobe } from "./with-wardrobe";

type BoardProps = { studio: Studio; changes: Changes; onSwap: (piece: Piece) => void; onAdd: () => void };

const PLACES = 4; // of a completed outfit, usually

export function Board({ studio, changes, onSwap, onAdd }: BoardProps) {
  const m = useMessages();
  const { maxPieces } = useWardrobe();
  const { pieces, items, outfit, start } = studio;
  const [board, removeAt] = useFocusAfterRemoval(pieces.length);
  const weak = weakItemsOf(studio);
  const waiting = start.isPending
    ? PLACES - pieces.length
    : items.isSettled
      ? 0
      : outfit.itemIds.length - items.products.size;
  const canSwap = (piece: Piece) => piece.kind === "item" || pieces.length > 1;
  return (
    <section aria-labelledby="board" ref={board}>
      <h2 id="board" tabIndex={-1} className="mb-2 text-2xl sm:text-3xl">
        {m.studio.board.title}
      </h2>
      <SoldOut count={items.soldOut.length} />
      {items.error && <ProblemNotice error={items.error} onRetry={() => items.refetch()} />}
      <ul
        aria-busy={changes.isBusy}
        className={`grid grid-cols-2 gap-x-4 gap-y-6 transition-opacity sm:grid-cols-3 sm:gap-x-6 ${changes.isBusy ? "opacity-60" : ""}`}
      >
        {studio.isPhotoLost && <LostPhoto onGoOn={changes.dropPhoto} />}
        {pieces.map((piece, at) => (
          <li key={piece.slot} data-slot={piece.slot}>
            <SlotCard
              piece={piece}
              isWeak={weak.includes(piece.itemId ?? "")}
              onLock={() => piece.kind === "item" && changes.toggleLock(piece.itemId)}
              onSwap={canSwap(piece) ? () => onSwap(piece) : undefined}
              onRemove={() => removeAt(at, () => changes.remove(piece))}
            />
          </li>
        ))}
        {Array.from({ length: Math.max(0, waiting) }, (_, at) => (
          <li key={at}>
            <SlotCardSkeleton />
          </li>
        ))}
        {waiting <= 0 && pieces.length < maxPieces && (
          <li>
            <AddTile onAdd={onAdd} />
          </li>
        )}
      </ul>
    </section>
  );
}

/** The items of the weakest pair, "" for the photo; none if there is one pair only. */
function weakItemsOf({ score }: Studio): string[] {
  const scored = score.data;
  const pair = scored && scored.pairs.length > 1 ? scored.pairs[scored.weakest_pair] : undefined;
  return pair && !score.isPlaceholderData ? pair.pieces.map((at) => scored?.pieces[at]?.item?.item_id ?? "") : [];
}

/** After a removal, moves the focus to the next piece, or to the board's heading. */
function useFocusAfterRemoval(count: number) {
  const board = useRef<HTMLElement>(null);
  const removed = useRef<number>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect waits for the change of the count
  useEffect(() => {
    if (removed.current === undefined) return;
    const buttons = board.current?.querySelectorAll<HTMLElement>("[data-remove]") ?? [];
    const next = buttons[Math.min(removed.current, buttons.length - 1)] ?? board.current?.querySelector("h2");
    next?.focus({ preventScroll: true });
    removed.current = undefined;
  }, [count]);
  const removeAt = (at: number, remove: () => void) => {
    removed.current = at;
    remove();
  };
  return [board, removeAt] as const;
}

function AddTile({ onAdd }: { onAdd: () => void }) {
  const m = useMessages();
  return (
    <div className="pt-8">
      <button
        type="button"
        onClick={onAdd}
        className="flex aspect-4/5 w-full flex-col items-center justify-center gap-2 rounded-lg border-2 border-dashed border-edge p-2 text-center transition hover:border-accent hover:bg-blush"
      >
        <Icon name="plus" className="size-7 text-accent" />
        <span className="font-medium">{m.studio.add.open}</span>
      </button>
    </div>
  );
}

function LostPhoto({ onGoOn }: { onGoOn: () => void }) {
  const m = useMessages();
  return (
    <li className="pt-8">
      <div className="flex flex-col items-start gap-3 rounded-lg border border-line bg-surface p-4 text-sm">
        <Icon name="photo" className="size-7 text-accent" />
        <p className="font-medium">{m.studio.board.photoLostTitle}</p>
        <p className="text-muted">{m.studio.board.photoLost}</p>
        <PhotoTarget look="bar" />
        <Button variant="quiet" size="sm" onClick={onGoOn}>
          {m.studio.board.goOnWithout}
        </Button>
      </div>
    </li>
  );
}
