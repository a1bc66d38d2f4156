/** The dialogs of the workshop: the alternatives to a piece, and what can be added. */
import { AddPiece } from "./add-piece";
import { Alternatives } from "./alternatives";
import { type Piece, wornBy } from "./pieces";
import type { Changes } from "./use-changes";
import type { Studio } from "./use-studio";

export type OpenDialog = "swap" | "add" | undefined;

type WorkshopDialogsProps = {
  studio: Studio;
  changes: Changes;
  /** The piece that was last chosen to be swapped. */
  swapped: Piece | undefined;
  open: OpenDialog;
  onClose: () => void;
};

export function WorkshopDialogs({ studio, changes, swapped, open, onClose }: WorkshopDialogsProps) {
  const { outfit, photo, pieces, score } = studio;
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
