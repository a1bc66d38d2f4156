/** The actions of the studio; each is a step in the browser's history, so that Back and Undo take it back. */

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { kindOf } from "@/api/problems";
import type { ScoredOutfit } from "@/api/types";
import { formatList } from "@/shared/format/lists";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { showToast } from "@/shared/ui/toasts";
import { isSame, itemIdsOf, type Outfit, paramsOf, planOf, remove, swap, toggleLock, wear } from "./outfit";
import { categoryOfPiece, nameOf, type Piece } from "./pieces";
import { completionQuery } from "./queries";
import { useChangeStudio } from "./use-params";
import type { Studio } from "./use-studio";
import { useWardrobe } from "./with-wardrobe";

export type Changes = ReturnType<typeof useChanges>;

/** Every step keeps the `name` of the look. */
export function useChanges(studio: Studio, name: string) {
  const m = useMessages();
  const language = useLanguage();
  const change = useChangeStudio();
  const [isBusy, attempt] = useAttempt();
  const { complete, draw } = useCompletions(studio);
  const { outfit } = studio;

  const show = (next: Outfit) => change({ ...paramsOf(next), ...(name && { name }) });

  const shuffle = () =>
    attempt(async () => {
      const drawn = await draw();
      if (drawn) await show(drawn);
      else showToast(m.studio.shuffleNone);
    });

  const add = (slots: readonly string[]) =>
    attempt(async () => {
      const [scored] = await complete(outfit.itemIds, slots, 1);
      if (!scored) return showToast(m.studio.add.none);
      await show({ ...outfit, itemIds: itemIdsOf(scored) });
      const added = scored.pieces.slice(-slots.length).map(({ item }) => item?.title ?? "");
      showToast(m.studio.add.added(formatList(added.filter(Boolean), language)));
    });

  return {
    isBusy,
    shuffle,
    add,
    toggleLock: (itemId: string) => show(toggleLock(outfit, itemId)),
    swap: (piece: Piece, next: string) => show(swap(outfit, piece.itemId, next)),
    remove: (piece: Piece) => {
      showToast(m.studio.board.removed(piece.kind === "photo" ? nameOf(piece, m) : categoryOfPiece(piece, m)));
      return show(remove(outfit, piece.itemId));
    },
    dropPhoto: () => show({ ...outfit, hasPhoto: false }),
    /** Chooses a look, which contains the locked pieces. */
    wear: (scored: ScoredOutfit) => show(wear(outfit, scored)),
  };
}

/** Runs one change at a time; a failure shows a message and leaves the outfit unchanged. */
function useAttempt() {
  const m = useMessages();
  const [isBusy, setBusy] = useState(false);
  async function attempt(work: () => Promise<void>): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    try {
      await work();
    } catch (error) {
      showToast(m.common.problems[kindOf(error)].title);
    } finally {
      setBusy(false);
    }
  }
  return [isBusy, attempt] as const;
}

function useCompletions({ outfit, photo, items }: Studio) {
  const wardrobe = useWardrobe();
  const cache = useQueryClient();

  /** Outfits of these items, the photo, and one item for each slot. */
  async function complete(itemIds: readonly string[], slots: readonly string[], k?: number): Promise<ScoredOutfit[]> {
    const query = completionQuery({ itemIds, photo }, slots, k);
    return (await cache.fetchQuery({ ...query, retry: false })).outfits;
  }

  /** Another outfit around the locked pieces, at random; around a random piece if nothing is locked. */
  async function draw(): Promise<Outfit | undefined> {
    const anchorId = outfit.itemIds[Math.floor(Math.random() * outfit.itemIds.length)];
    const { keptIds, slots } = planOf(outfit, items.categoryOf, wardrobe, anchorId);
    if (slots.length === 0) return undefined;
    const others = (await complete(keptIds, slots)).filter((scored) => !isSame(itemIdsOf(scored), outfit.itemIds));
    const drawn = others[Math.floor(Math.random() * others.length)];
    return drawn && wear(outfit, drawn);
  }

  return { complete, draw };
}
