/** What a person can do in the studio; every change is a step in the browser's history, so that Back undoes it. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { kindOf } from "@/api/problems";
import type { ScoredOutfit } from "@/api/types";
import { useMessages } from "@/shared/i18n/language";
import { showToast } from "@/shared/ui/toasts";
import { isSame, itemIdsOf, type Outfit, paramsOf, planOf, remove, swap, toggleLock, wear } from "./outfit";
import { categoryOfPiece, nameOf, type Piece } from "./pieces";
import { completionQuery } from "./queries";
import { useChangeStudio } from "./use-params";
import type { Studio } from "./use-studio";
import { useWardrobe } from "./with-wardrobe";

export type Changes = ReturnType<typeof useChanges>;

export function useChanges(studio: Studio) {
  const m = useMessages();
  const wardrobe = useWardrobe();
  const change = useChangeStudio();
  const cache = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const { outfit, photo } = studio;

  const show = (next: Outfit) => change(paramsOf(next));

  /** Outfits of what is kept and one item for each slot. */
  async function complete(keptIds: readonly string[], slots: readonly string[], k?: number): Promise<ScoredOutfit[]> {
    const query = completionQuery({ itemIds: keptIds, photo }, slots, k);
    return (await cache.fetchQuery({ ...query, retry: false })).outfits;
  }

  /** Runs one change at a time; a failed one says why, and leaves the outfit as it was. */
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

  async function draw(current: Outfit, anchorId: string | undefined): Promise<Outfit | undefined> {
    const { keptIds, slots } = planOf(current, studio.items.categoryOf, wardrobe, anchorId);
    if (slots.length === 0) return undefined;
    const others = (await complete(keptIds, slots)).filter((scored) => !isSame(itemIdsOf(scored), current.itemIds));
    const drawn = others[Math.floor(Math.random() * others.length)];
    return drawn && wear(current, drawn);
  }

  const shuffle = () =>
    attempt(async () => {
      // Where nothing is locked, a piece drawn by lot is what the others are built around.
      const anchorId = outfit.itemIds[Math.floor(Math.random() * outfit.itemIds.length)];
      const drawn = await draw(outfit, anchorId);
      if (drawn) await show(drawn);
      else showToast(m.studio.shuffleNone);
    });

  const add = (slots: readonly string[]) =>
    attempt(async () => {
      const [scored] = await complete(outfit.itemIds, slots, 1);
      if (!scored) return showToast(m.studio.add.none);
      await show({ ...outfit, itemIds: itemIdsOf(scored) });
      const added = scored.pieces.slice(-slots.length).map(({ item }) => item?.title ?? "");
      showToast(m.studio.add.added(added.filter(Boolean).join(", ")));
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
    /** Of the looks, which go around what is locked. */
    wear: (scored: ScoredOutfit) => show(wear(outfit, scored)),
  };
}
