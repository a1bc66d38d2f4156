/** The pieces of the studio's outfit in words, from head to toe, to remove them and to add one. */
import { useEffect, useRef } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { PieceRow, PieceRowSkeleton } from "./piece-row";
import { nameOf } from "./pieces";
import { SoldOut } from "./sold-out";
import { Total } from "./total";
import type { Changes } from "./use-changes";
import type { Studio } from "./use-studio";
import { useWardrobe } from "./with-wardrobe";

type PieceListProps = { studio: Studio; changes: Changes; isWaiting: boolean; onAdd: () => void };

const PLACES = 4; // of a completed outfit, usually

export function PieceList({ studio, changes, isWaiting, onAdd }: PieceListProps) {
  const m = useMessages();
  const { pieces, items, outfit, start } = studio;
  const { maxPieces } = useWardrobe();
  const [list, removeAt] = useFocusAfterRemoval(pieces.length);
  const waiting = start.isPending ? PLACES : items.count + Number(outfit.hasPhoto);
  return (
    <section aria-labelledby="pieces" ref={list}>
      <h2 id="pieces" tabIndex={-1} className="text-2xl">
        {m.studio.look.pieces}
      </h2>
      <ul aria-label={m.studio.look.pieces} className="mt-1">
        {isWaiting
          ? Array.from({ length: waiting }, (_, at) => <PieceRowSkeleton key={at} />)
          : pieces.map((piece, at) => (
              <PieceRow key={piece.slot} piece={piece}>
                <Button
                  variant="quiet"
                  size="icon"
                  onClick={() => removeAt(at, () => changes.remove(piece))}
                  aria-label={m.studio.board.removeOf(nameOf(piece, m))}
                  title={m.studio.board.remove}
                  data-remove=""
                >
                  <Icon name="close" className="size-4.5" />
                </Button>
              </PieceRow>
            ))}
        {!isWaiting && <SoldOut count={items.soldOut.length} />}
      </ul>
      <Total pieces={pieces} isWaiting={isWaiting} />
      <Button
        variant="outline"
        size="sm"
        onClick={onAdd}
        className="mt-1"
        disabled={isWaiting || pieces.length >= maxPieces}
      >
        <Icon name="plus" className="size-4.5" />
        {m.studio.add.open}
      </Button>
    </section>
  );
}

/** After a removal, moves the focus to the next piece, or to the list's heading. */
function useFocusAfterRemoval(count: number) {
  const list = useRef<HTMLElement>(null);
  const removed = useRef<number>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect waits for the change of the count
  useEffect(() => {
    if (removed.current === undefined) return;
    const buttons = list.current?.querySelectorAll<HTMLElement>("[data-remove]") ?? [];
    const next = buttons[Math.min(removed.current, buttons.length - 1)] ?? list.current?.querySelector("h2");
    next?.focus({ preventScroll: true });
    removed.current = undefined;
  }, [count]);
  const removeAt = (at: number, remove: () => void) => {
    removed.current = at;
    remove();
  };
  return [list, removeAt] as const;
}
