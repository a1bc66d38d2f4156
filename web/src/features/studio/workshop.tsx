/** The workshop: looks to choose from, the score with its remedies, and the board. */
import { useState } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";
import { WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { AddPiece } from "./add-piece";
import { Alternatives } from "./alternatives";
import { Board } from "./board";
import { Looks } from "./looks";
import { nameOf, type Piece, wornBy } from "./pieces";
import { ScorePanel } from "./score-panel";
import { Share } from "./share";
import { type Changes, useChanges } from "./use-changes";
import type { Studio } from "./use-studio";

export function Workshop({ studio }: { studio: Studio }) {
  const m = useMessages();
  const changes = useChanges(studio);
  const { photo, pieces, start, looks, items, score } = studio;
  const [swapped, setSwapped] = useState<Piece>();
  const [open, setOpen] = useState<OpenDialog>();
  const openSwap = (piece: Piece) => {
    setSwapped(piece);
    setOpen("swap");
  };
  const isWaiting = start.isPending || !items.isSettled || looks.isPending;
  return (
    <>
      <PageHeading title={m.studio.pageTitle} intro={m.studio.intro} />
      <div className="mt-4 empty:hidden">
        {isWaiting && (
          <WaitingNotice failure={start.query.failureReason ?? looks.failureReason ?? items.failureReason} />
        )}
      </div>
      <Looks studio={studio} changes={changes} />
      <div className="mt-8 grid items-start gap-8 lg:grid-cols-[20rem_1fr] lg:gap-12">
        <div className="lg:sticky lg:top-6">
          <ScorePanel
            score={score}
            isScored={start.isPending || pieces.length !== 1}
            photo={photo}
            remedies={<Remedies studio={studio} onSwap={openSwap} />}
          >
            <Actions studio={studio} changes={changes} />
          </ScorePanel>
        </div>
        <Board studio={studio} changes={changes} onSwap={openSwap} onAdd={() => setOpen("add")} />
      </div>
      <Dialogs studio={studio} changes={changes} swapped={swapped} open={open} onClose={() => setOpen(undefined)} />
    </>
  );
}

type OpenDialog = "swap" | "add" | undefined;
type DialogsProps = {
  studio: Studio;
  changes: Changes;
  /** The piece that was last chosen to be swapped. */
  swapped: Piece | undefined;
  open: OpenDialog;
  onClose: () => void;
};

function Dialogs({ studio: { outfit, photo, pieces, score }, changes, swapped, open, onClose }: DialogsProps) {
  return (
    <>
      {swapped && (
        <Alternatives
          piece={swapped}
          rest={{
            itemIds: outfit.itemIds.filter((itemId) => itemId !== swapped.itemId),
            photo: swapped.kind === "photo" ? undefined : photo,
          }}
          current={score.data}
          isOpen={open === "swap"}
          onClose={onClose}
          onChoose={(itemId) => {
            onClose();
            changes.swap(swapped, itemId);
          }}
        />
      )}
      <AddPiece
        worn={wornBy(pieces)}
        isOpen={open === "add"}
        onClose={onClose}
        onAdd={(slots) => {
          onClose();
          changes.add(slots);
        }}
      />
    </>
  );
}

function Actions({ studio, changes }: { studio: Studio; changes: Changes }) {
  const m = useMessages();
  const canShuffle = studio.plan.slots.length > 0;
  return (
    <div className="flex flex-col gap-3">
      <Share itemIds={studio.outfit.itemIds} hasPhoto={studio.photo !== undefined} />
      <Button variant="outline" onClick={changes.shuffle} disabled={!canShuffle} aria-describedby="shuffle-help">
        <Icon name="shuffle" />
        {m.studio.shuffle}
      </Button>
      <p id="shuffle-help" className="-mt-1.5 text-center text-xs text-muted">
        {canShuffle ? m.studio.shuffleHelp : m.studio.shuffleLocked}
      </p>
    </div>
  );
}

/** Buttons that swap either piece of the weakest pair. */
function Remedies({ studio, onSwap }: { studio: Studio; onSwap: (piece: Piece) => void }) {
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
