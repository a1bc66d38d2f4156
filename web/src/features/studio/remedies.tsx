/** Buttons that swap either piece of the weakest pair, unless it is locked. */
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { nameOf, type Piece } from "./pieces";
import type { Studio } from "./use-studio";

export function Remedies({ studio, onSwap }: { studio: Studio; onSwap: (piece: Piece) => void }) {
  const m = useMessages();
  const scored = studio.score.data;
  const pair = scored?.pairs[scored.weakest_pair];
  const weak = pair?.pieces.map((at) => scored?.pieces[at]?.item?.item_id) ?? [];
  const swappable = studio.pieces.filter(
    (piece) => piece.kind === "item" && !piece.isLocked && weak.includes(piece.itemId),
  );
  return (
    <div className="mt-3 flex flex-wrap gap-2 empty:hidden">
      {swappable.map((piece) => (
        <Button
          key={piece.slot}
          variant="outline"
          size="sm"
          className="max-w-full min-w-0"
          onClick={() => onSwap(piece)}
        >
          <Icon name="swap" className="size-4" />
          <span className="truncate">{m.studio.board.swapOf(nameOf(piece, m))}</span>
        </Button>
      ))}
    </div>
  );
}
