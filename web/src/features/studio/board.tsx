/** The outfit of the studio as a picture whose pieces are swapped and locked in it. */
import { useMessages } from "@/shared/i18n/language";
import { ProblemNotice } from "@/shared/ui/notice";
import { BoardPiece } from "./board-piece";
import { FlatLay, FlatLaySkeleton } from "./flat-lay";
import { LostPhoto } from "./lost-photo";
import { nameOf, type Piece } from "./pieces";
import type { Changes } from "./use-changes";
import type { Studio } from "./use-studio";
import { weakPlacesOf } from "./weakness";

type BoardProps = { studio: Studio; changes: Changes; isWaiting: boolean; onSwap: (piece: Piece) => void };

export function Board({ studio, changes, isWaiting, onSwap }: BoardProps) {
  const m = useMessages();
  const { pieces, items, score } = studio;
  const weak = isWaiting || score.isPlaceholderData ? [] : weakPlacesOf(score.data, pieces);
  const canSwap = (piece: Piece) => piece.kind === "item" || pieces.length > 1;
  const weakWith = (at: number) => {
    const other = weak.includes(at) ? pieces[weak.find((one) => one !== at) ?? -1] : undefined;
    return other && nameOf(other, m);
  };
  return (
    <section aria-labelledby="board">
      <h2 id="board" className="sr-only">
        {m.studio.board.title}
      </h2>
      {items.error && <ProblemNotice error={items.error} onRetry={() => items.refetch()} />}
      {studio.isPhotoLost && <LostPhoto onGoOn={changes.dropPhoto} />}
      {isWaiting ? (
        <FlatLaySkeleton />
      ) : (
        pieces.length > 0 && (
          <FlatLay label={m.studio.board.title} pieces={pieces} weak={weak} isBusy={changes.isBusy}>
            {(piece, at) => (
              <BoardPiece
                piece={piece}
                weakWith={weakWith(at)}
                onLock={() => piece.kind === "item" && changes.toggleLock(piece.itemId)}
                onSwap={canSwap(piece) ? () => onSwap(piece) : undefined}
              />
            )}
          </FlatLay>
        )
      )}
    </section>
  );
}
