/** An outfit as the address holds it, and every change that a person can make to it. */
import type { ScoredOutfit } from "@/api/types";
import type { StudioParams } from "./params";
import type { Wardrobe } from "./wardrobe";

export type Outfit = {
  readonly itemIds: readonly string[];
  /** A subset of the items; a photo is always locked. */
  readonly lockedIds: readonly string[];
  readonly hasPhoto: boolean;
};

/** The outfit of an address: of too many pieces, the first `maxPieces`. */
export function outfitOf(params: StudioParams, maxPieces: number): Outfit {
  const hasPhoto = params.photo === "1";
  const itemIds = (params.item ?? []).slice(0, maxPieces - Number(hasPhoto));
  const lockedIds = (params.lock ?? []).filter((itemId) => itemIds.includes(itemId));
  return { itemIds, lockedIds, hasPhoto };
}

/** The address of an outfit; a single remaining piece is not completed again by itself. */
export function paramsOf({ itemIds, lockedIds, hasPhoto }: Outfit): StudioParams {
  return {
    ...(itemIds.length > 0 && { item: [...itemIds] }),
    ...(lockedIds.length > 0 && { lock: [...lockedIds] }),
    ...(hasPhoto && { photo: "1" }),
    ...(itemIds.length + Number(hasPhoto) === 1 && { fill: "no" }),
  };
}

/** Whether the address holds only the piece to build around. */
export function isStart(params: StudioParams): boolean {
  const count = (params.item?.length ?? 0) + Number(params.photo === "1");
  return count === 1 && params.fill !== "no";
}

export function toggleLock(outfit: Outfit, itemId: string): Outfit {
  const isLocked = outfit.lockedIds.includes(itemId);
  const others = outfit.lockedIds.filter((other) => other !== itemId);
  return { ...outfit, lockedIds: isLocked ? others : [...others, itemId] };
}

/** The outfit with `next` in the place of `itemId`, locked if that was; an undefined `itemId` is the photo. */
export function swap(outfit: Outfit, itemId: string | undefined, next: string): Outfit {
  if (itemId === undefined) return { ...outfit, hasPhoto: false, itemIds: [next, ...outfit.itemIds] };
  const put = (ids: readonly string[]) => ids.map((other) => (other === itemId ? next : other));
  return { ...outfit, itemIds: put(outfit.itemIds), lockedIds: put(outfit.lockedIds) };
}

export function remove(outfit: Outfit, itemId: string | undefined): Outfit {
  if (itemId === undefined) return { ...outfit, hasPhoto: false };
  const keep = (ids: readonly string[]) => ids.filter((other) => other !== itemId);
  return { ...outfit, itemIds: keep(outfit.itemIds), lockedIds: keep(outfit.lockedIds) };
}

/** The outfit with the pieces of `scored`, which the server completed around the locked pieces. */
export function wear(outfit: Outfit, scored: ScoredOutfit): Outfit {
  return { ...outfit, itemIds: itemIdsOf(scored) };
}

export function itemIdsOf(scored: ScoredOutfit): string[] {
  return scored.pieces.flatMap(({ item }) => (item ? [item.item_id] : []));
}

export function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((itemId) => other.includes(itemId));
}

/** The best outfit, then repeatedly the one that shares the fewest items with those before; ties go to the better one. */
export function mostDifferent(ranked: readonly ScoredOutfit[], count: number): ScoredOutfit[] {
  const chosen: ScoredOutfit[] = [];
  const seen = new Map<string, number>();
  const shared = (scored: ScoredOutfit) => itemIdsOf(scored).reduce((sum, itemId) => sum + (seen.get(itemId) ?? 0), 0);
  while (chosen.length < Math.min(count, ranked.length)) {
    const left = ranked.filter((scored) => !chosen.includes(scored));
    const [next] = left.sort((one, other) => shared(one) - shared(other));
    if (next === undefined) break;
    chosen.push(next);
    for (const itemId of itemIdsOf(next)) seen.set(itemId, (seen.get(itemId) ?? 0) + 1);
  }
  return chosen;
}

/** What stays, and which categories are filled again, when the unlocked pieces change. */
export type Plan = { readonly keptIds: readonly string[]; readonly slots: readonly string[] };

/**
 * Unlocked pieces are replaced, except if their category is unknown or clashes with that of another replaced piece: the
 * server fills each category once. If nothing is locked, `anchorId` stays to build on.
 */
export function planOf(
  outfit: Outfit,
  categoryOf: (itemId: string) => string,
  wardrobe: Wardrobe,
  anchorId?: string,
): Plan {
  const hasLock = outfit.hasPhoto || outfit.lockedIds.length > 0;
  const slots: string[] = [];
  const keptIds = outfit.itemIds.filter((itemId) => {
    const category = categoryOf(itemId);
    const stays = hasLock ? outfit.lockedIds.includes(itemId) : itemId === (anchorId ?? outfit.itemIds[0]);
    if (stays || category === "" || slots.some((slot) => wardrobe.isClash(slot, category))) return true;
    slots.push(category);
    return false;
  });
  return { keptIds, slots: wardrobe.inOrder(slots) };
}
