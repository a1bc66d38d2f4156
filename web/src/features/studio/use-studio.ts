/** The studio's state: the address holds the outfit; items, scores and suggestions come from the server. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ScoredOutfit } from "@/api/types";
import { type Photo, usePhoto } from "@/shared/photo/photo";
import { isStart, itemIdsOf, type Outfit, outfitOf, type Plan, planOf } from "./outfit";
import { piecesOf } from "./pieces";
import { completionQuery, scoreQuery } from "./queries";
import { useItems } from "./use-items";
import { useStudioParams } from "./use-params";
import { useWardrobe } from "./with-wardrobe";

export type Studio = ReturnType<typeof useStudio>;

export function useStudio() {
  const wardrobe = useWardrobe();
  const params = useStudioParams();
  const { photo: held } = usePhoto();
  const asked = outfitOf(params, wardrobe.maxPieces);
  const photo = asked.hasPhoto ? held : undefined;
  const isPhotoLost = asked.hasPhoto && held === undefined;

  const start = useStart(asked, photo, isStart(params) && !isPhotoLost);
  const wanted = start.outfit ?? asked;
  const items = useItems(wanted.itemIds);
  const outfit = without(wanted, items.soldOut);
  const plan = start.outfit
    ? { keptIds: asked.itemIds, slots: start.slots }
    : planOf(outfit, items.categoryOf, wardrobe);
  const looks = useLooks(plan, photo, !start.isPending && items.isSettled && !isPhotoLost);
  const score = useScore(outfit, photo, !start.isPending && items.isSettled);
  const pieces = piecesOf(outfit, items.products, photo, photoCategory(score.data), wardrobe);
  return { outfit, photo, isPhotoLost, pieces, start, items, plan, looks, score };
}

/** A single piece is completed at once; the first look is the outfit until the person changes it. */
function useStart(asked: Outfit, photo: Photo | undefined, isEnabled: boolean) {
  const query = useQuery({ ...completionQuery({ itemIds: asked.itemIds, photo }, []), enabled: isEnabled });
  const first = isEnabled ? query.data?.outfits[0] : undefined;
  const added = first?.pieces.slice(asked.itemIds.length + Number(asked.hasPhoto)) ?? [];
  return {
    query,
    isPending: isEnabled && query.isPending,
    error: isEnabled ? query.error : null,
    slots: added.map((piece) => piece.semantic_category),
    outfit: first && { ...asked, itemIds: itemIdsOf(first), lockedIds: asked.itemIds },
  };
}

function useLooks(plan: Plan, photo: Photo | undefined, isEnabled: boolean) {
  const hasSlots = plan.slots.length > 0;
  const pieces = { itemIds: plan.keptIds, photo };
  return useQuery({
    ...completionQuery(pieces, plan.slots),
    enabled: isEnabled && hasSlots,
    placeholderData: keepPreviousData,
  });
}

function useScore({ itemIds }: Outfit, photo: Photo | undefined, isEnabled: boolean) {
  const count = itemIds.length + Number(photo !== undefined);
  return useQuery({
    ...scoreQuery({ itemIds, photo }),
    enabled: isEnabled && count >= 2,
    placeholderData: keepPreviousData,
  });
}

function without(outfit: Outfit, soldOut: readonly string[]): Outfit {
  const keep = (ids: readonly string[]) => ids.filter((itemId) => !soldOut.includes(itemId));
  return { ...outfit, itemIds: keep(outfit.itemIds), lockedIds: keep(outfit.lockedIds) };
}

/** The category of the photo, which the server returns with the score. */
function photoCategory(score: ScoredOutfit | undefined): string {
  return score?.pieces.find(({ photo }) => photo !== null)?.semantic_category ?? "";
}
