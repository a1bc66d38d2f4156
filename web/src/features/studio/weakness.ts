/** The weakest pair of an outfit: how well it goes together, and what speaks against it. */
import type { OutfitPair, ScoredOutfit } from "@/api/types";
import { fitInWords, inWords } from "@/shared/format/reasons";
import type { ValueNames } from "@/shared/format/values";
import type { Messages } from "@/shared/i18n/messages";
import type { Piece } from "./pieces";

export function whyWeak(pair: OutfitPair, { event }: ScoredOutfit, m: Messages, names: ValueNames): string[] {
  return [fitInWords(pair.compatibility, event, m), ...inWords(pair.concerns, m, names)].filter(Boolean);
}

/** The places in `pieces` of the weakest pair; none where there is one pair only, or a piece is not shown. */
export function weakPlacesOf(scored: ScoredOutfit | undefined, pieces: readonly Piece[]): number[] {
  const pair = scored && scored.pairs.length > 1 ? scored.pairs[scored.weakest_pair] : undefined;
  const ids = pair?.pieces.map((at) => scored?.pieces[at]?.item?.item_id) ?? []; // undefined is the photo, as in a piece
  const places = ids.map((itemId) => pieces.findIndex((piece) => piece.itemId === itemId));
  return places.every((at) => at >= 0) ? places : [];
}
