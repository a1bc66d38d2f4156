/** The look itself: picture, score, pieces with prices and where to buy them, and what can be done with it. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMessages } from "@/shared/i18n/language";
import { Icon } from "@/shared/ui/icon";
import { BuyPiece } from "./buy-piece";
import { FlatLay, FlatLaySkeleton } from "./flat-lay";
import { Halves } from "./halves";
import { PiecePicture } from "./piece-picture";
import { PieceRow, PieceRowSkeleton } from "./piece-row";
import { nameOf, type Piece, piecesOf } from "./pieces";
import { scoreQuery } from "./queries";
import { ScoreDetails } from "./score-details";
import { ScoreSentence } from "./score-sentence";
import { SharedLink } from "./shared-link";
import { SoldOut } from "./sold-out";
import { Tool, Toolbar, toolClass } from "./toolbar";
import { Total } from "./total";
import type { Items } from "./use-items";
import { useSave } from "./use-save";
import { useShare } from "./use-share";
import { weakPlacesOf } from "./weakness";
import { useWardrobe } from "./with-wardrobe";

type LookProps = { items: Items; itemIds: string[]; name: string };

export function Look({ items, itemIds, name }: LookProps) {
  const m = useMessages();
  const canScore = itemIds.length >= 2;
  const score = useQuery({ ...scoreQuery({ itemIds, photo: undefined }), enabled: canScore && items.isSettled });
  const outfit = { itemIds, lockedIds: [], hasPhoto: false };
  const pieces = piecesOf(outfit, items.products, undefined, "", useWardrobe());
  const share = useShare(itemIds, name);
  const first = pieces[0];
  const save = useSave(itemIds, name, first ? nameOf(first, m) : "");
  return (
    <>
      <Halves
        picture={
          items.isSettled ? (
            <LookPicture pieces={pieces} weak={weakPlacesOf(score.data, pieces)} />
          ) : (
            <FlatLaySkeleton />
          )
        }
      >
        {canScore && <ScoreSentence score={score} isScored />}
        <Toolbar>
          <Link to="/studio" search={{ item: itemIds, ...(name && { name }) }} className={toolClass({ isMain: true })}>
            <Icon name="hanger" />
            {m.studio.look.makeItYours}
          </Link>
          <Tool icon="share" onClick={share.share}>
            {m.studio.share.share}
          </Tool>
          <Tool icon="bookmark" isOff={!items.isSettled} onClick={save}>
            {m.studio.saved.save}
          </Tool>
          <Tool icon="print" onClick={() => globalThis.print()}>
            {m.studio.look.print}
          </Tool>
        </Toolbar>
        {share.isShown && <SharedLink link={share.link} hasPhoto={false} />}
        <Pieces pieces={pieces} waiting={items.isSettled ? 0 : items.count} soldOut={items.soldOut.length} />
        {canScore && !score.error && (
          <div className="print:hidden">
            <ScoreDetails scored={score.data} photo={undefined} />
          </div>
        )}
      </Halves>
      <p className="mt-6 hidden text-sm break-all print:block">{share.link}</p>
    </>
  );
}

function LookPicture({ pieces, weak }: { pieces: readonly Piece[]; weak: readonly number[] }) {
  const m = useMessages();
  return (
    <FlatLay label={m.studio.look.picture} pieces={pieces} weak={weak}>
      {(piece, at) => (
        <Link to="/item/$itemId" params={{ itemId: piece.itemId ?? "" }} className="block rounded-lg">
          <PiecePicture piece={piece} isWeak={weak.includes(at)} />
          {weak.includes(at) && <span className="sr-only">{m.studio.board.weakest}</span>}
        </Link>
      )}
    </FlatLay>
  );
}

type PiecesProps = { pieces: readonly Piece[]; waiting: number; soldOut: number };

function Pieces({ pieces, waiting, soldOut }: PiecesProps) {
  const m = useMessages();
  return (
    <section aria-labelledby="pieces">
      <h2 id="pieces" className="text-2xl">
        {m.studio.look.pieces}
      </h2>
      <ul aria-label={m.studio.look.pieces} className="mt-1">
        {waiting > 0
          ? Array.from({ length: waiting }, (_, at) => <PieceRowSkeleton key={at} />)
          : pieces.map((piece) => (
              <PieceRow key={piece.slot} piece={piece}>
                <BuyPiece piece={piece} />
              </PieceRow>
            ))}
        {waiting === 0 && <SoldOut count={soldOut} />}
      </ul>
      <Total pieces={pieces} isWaiting={waiting > 0} />
    </section>
  );
}
