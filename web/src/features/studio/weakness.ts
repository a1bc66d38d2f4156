/** Why a pair is the weakest of its outfit: its score beside the others', and what speaks against it. */
import type { OutfitPair, ScoredOutfit } from "@/api/types";
import type { ColourNames } from "@/shared/format/colours";
import { formatScore } from "@/shared/format/numbers";
import { inWords } from "@/shared/format/reasons";
import type { Language } from "@/shared/i18n/language";
import type { Messages } from "@/shared/i18n/messages";

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
