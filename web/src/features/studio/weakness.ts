/** Why a pair is the weakest of its outfit: its score beside the others', and what speaks against it. */
import type { OutfitPair, ScoredOutfit } from "@/api/types";
import type { ColourNames } from "@/shared/format/colours";
import { formatScore } from "@/shared/format/numbers";
import { inWords } from "@/shared/format/reasons";
import type { Language } from "@/shared/i18n/language";
import type { Messages } from "@/shared/i18n/messages";
import type { Piece } from "./pieces";

export function whyWeak(
  pair: OutfitPair,
  scored: ScoredOutfit,
  m: Messages,
  language: Language,
  names: ColourNames,
): string[] {
  const concerns = inWords(pair.concerns, m, names);
  if (pair.compatibility === null) return concerns;
  const score = formatScore(pair.compatibility, language);
  const others = scored.pairs.filter(({ pieces }) => pieces !== pair.pieces).map((one) => one.compatibility ?? 0);
  if (others.length === 0) return [m.studio.why.only(score), ...concerns];
  const mean = others.reduce((sum, value) => sum + value, 0) / others.length;
  return [m.studio.why.compared(score, formatScore(mean, language)), ...concerns];
}

/** The places in `pieces` of the weakest pair; none where there is one pair only, or a piece is not shown. */
export function weakPlacesOf(scored: ScoredOutfit | undefined, pieces: readonly Piece[]): number[] {
  const pair = scored && scored.pairs.length > 1 ? scored.pairs[scored.weakest_pair] : undefined;
  const ids = pair?.pieces.map((at) => scored?.pieces[at]?.item?.item_id) ?? []; // undefined is the photo, as in a piece
  const places = ids.map((itemId) => pieces.findIndex((piece) => piece.itemId === itemId));
  return places.every((at) => at >= 0) ? places : [];
}
