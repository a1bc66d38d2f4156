/** A piece in the studio's picture: a tap swaps it, and a corner locks it. */
import { useMessages } from "@/shared/i18n/language";
import { Icon } from "@/shared/ui/icon";
import { PiecePicture } from "./piece-picture";
import { nameOf, type Piece } from "./pieces";

type BoardPieceProps = {
  piece: Piece;
  /** The name of the piece that it goes worst with, if the two are the weakest pair. */
  weakWith: string | undefined;
  onLock: () => void;
  /** Undefined if nothing could replace it. */
  onSwap: (() => void) | undefined;
};

export function BoardPiece({ piece, weakWith, onLock, onSwap }: BoardPieceProps) {
  const m = useMessages();
  const name = nameOf(piece, m);
  const picture = <PiecePicture piece={piece} isWeak={weakWith !== undefined} />;
  return (
    <article aria-label={name} className="relative">
      {onSwap ? (
        <button
          type="button"
          onClick={onSwap}
          aria-label={m.studio.board.swapOf(name)}
          title={m.studio.board.swap}
          className="group block w-full rounded-lg"
          data-swap=""
        >
          {picture}
          <span
            aria-hidden="true"
            className="absolute bottom-1.5 start-1.5 grid size-7 place-items-center rounded-full bg-surface shadow-sm ring-1 ring-line group-hover:bg-wash"
          >
            <Icon name="swap" className="size-4" />
          </span>
        </button>
      ) : (
        picture
      )}
      {piece.kind === "item" ? (
        <LockButton name={name} isLocked={piece.isLocked} onLock={onLock} />
      ) : (
        <span
          role="img"
          aria-label={m.studio.board.stays}
          title={m.studio.board.stays}
          className="absolute top-1.5 end-1.5 grid size-8 place-items-center rounded-full bg-accent text-on-accent"
        >
          <Icon name="lock" className="size-4.5" />
        </span>
      )}
      {weakWith && <p className="sr-only">{m.studio.board.weakWith(weakWith)}</p>}
    </article>
  );
}

/** As large as a thumb, but drawn smaller. */
function LockButton({ name, isLocked, onLock }: { name: string; isLocked: boolean; onLock: () => void }) {
  const m = useMessages();
  const look = isLocked ? "bg-accent text-on-accent" : "bg-surface text-ink group-hover:bg-wash";
  return (
    <button
      type="button"
      aria-pressed={isLocked}
      aria-label={m.studio.board.lock(name)}
      title={isLocked ? m.studio.board.unlockTip : m.studio.board.lockTip}
      onClick={onLock}
      className="group absolute top-0 end-0 grid size-11 place-items-center rounded-full"
    >
      <span className={`grid size-8 place-items-center rounded-full shadow-sm ring-1 ring-line transition ${look}`}>
        <Icon name={isLocked ? "lock" : "unlock"} className="size-4.5" />
      </span>
    </button>
  );
}
