/** The workshop: the outfit as a picture, its score in words, its pieces, and other looks to choose from. */
import { useState } from "react";
import { useMessages } from "@/shared/i18n/language";
import { WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { Board } from "./board";
import { Halves } from "./halves";
import { LookNameField } from "./look-name";
import { Looks } from "./looks";
import { PieceList } from "./piece-list";
import type { Piece } from "./pieces";
import { Remedies } from "./remedies";
import { SavedList } from "./saved-list";
import { ScoreDetails } from "./score-details";
import { ScoreSentence } from "./score-sentence";
import { SharedLink } from "./shared-link";
import { StudioTools } from "./studio-tools";
import { useChanges } from "./use-changes";
import { useLookName } from "./use-look-name";
import { useShare } from "./use-share";
import type { Studio } from "./use-studio";
import { type OpenDialog, WorkshopDialogs } from "./workshop-dialogs";

export function Workshop({ studio }: { studio: Studio }) {
  const m = useMessages();
  const name = useLookName();
  const changes = useChanges(studio, name.name);
  const share = useShare(studio.outfit.itemIds, name.name);
  const [swapped, setSwapped] = useState<Piece>();
  const [open, setOpen] = useState<OpenDialog>();
  const openSwap = (piece: Piece) => {
    setSwapped(piece);
    setOpen("swap");
  };
  const { photo, pieces, start, looks, items, score } = studio;
  const isWaiting = start.isPending || !items.isSettled;
  const isScored = isWaiting || pieces.length !== 1;
  const failure = start.query.failureReason ?? looks.failureReason ?? items.failureReason;
  return (
    <>
      <PageHeading title={m.studio.pageTitle} />
      {(isWaiting || looks.isPending) && <WaitingNotice failure={failure} />}
      <Halves picture={<Board studio={studio} changes={changes} isWaiting={isWaiting} onSwap={openSwap} />}>
        <ScoreSentence score={score} isScored={isScored} />
        <StudioTools studio={studio} changes={changes} name={name.name} share={share} />
        <LookNameField name={name} />
        {share.isShown && <SharedLink link={share.link} hasPhoto={photo !== undefined} />}
        <PieceList studio={studio} changes={changes} isWaiting={isWaiting} onAdd={() => setOpen("add")} />
        {isScored && !(score.error && !score.data) && (
          <ScoreDetails scored={score.data} photo={photo} remedies={<Remedies studio={studio} onSwap={openSwap} />} />
        )}
      </Halves>
      <Looks studio={studio} changes={changes} />
      <SavedList />
      <WorkshopDialogs
        studio={studio}
        changes={changes}
        swapped={swapped}
        open={open}
        onClose={() => setOpen(undefined)}
      />
    </>
  );
}
