/** Why a pair is the weakest of its outfit, in words that its items bear out. */
import type { OutfitPair, OutfitPiece, ScoredOutfit } from "@/api/types";
import { formatScore } from "@/shared/format/numbers";
import type { Language } from "@/shared/i18n/language";
import type { Messages } from "@/shared/i18n/messages";

type Pair = OutfitPair & { first: OutfitPiece; second: OutfitPiece };

/** What the pair's score says beside the others', then what its two items lack. */
export function whyWeak(pair: Pair, told: ScoredOutfit, m: Messages, language: Language): string[] {
  const score = formatScore(pair.compatibility, language);
  const others = told.pairs.filter(({ pieces }) => pieces !== pair.pieces).map(({ compatibility }) => compatibility);
  if (others.length === 0) return [m.studio.why.only(score), ...whatLacks(pair, m)];
  const mean = others.reduce((sum, value) => sum + value, 0) / others.length;
  return [m.studio.why.compared(score, formatScore(mean, language)), ...whatLacks(pair, m)];
}

/** Nothing is said of what the catalogue does not tell, such as the colour of a photo. */
function whatLacks({ first, second, reasons }: Pair, m: Messages): string[] {
  const [one, other] = [first.item, second.item];
  if (one === null || other === null) return [];
  const lacks: string[] = [];
  const saysColour = reasons.some((reason) => /neutral|colours$/.test(reason) || reason === `both ${one.colour}`);
  if (one.colour && other.colour && one.colour !== other.colour && !saysColour) {
    lacks.push(m.studio.why.colours(one.colour, other.colour));
  }
  if (isPatterned(one.pattern) && isPatterned(other.pattern)) {
    lacks.push(m.studio.why.patterns(one.pattern, other.pattern));
  }
  if (!reasons.some((reason) => reason.startsWith("styled together"))) lacks.push(m.studio.why.neverSeen);
  return lacks;
}

function isPatterned(pattern: string): boolean {
  return pattern !== "" && !["plain", "solid", "none", "uni"].includes(pattern.toLowerCase());
}
