/** A calibrated probability in words. */
import type { CompatibilityBasis, ScoredOutfit } from "@/api/types";
import type { Messages } from "@/shared/i18n/messages";

export type Event = NonNullable<CompatibilityBasis["event"]>;

/** The score is a probability: at 0.5, half of the outfits with this score are by stylists, or keep the rules. */
export function verdictOf(score: number, event: Event, m: Messages): string {
  if (event === "stylists_choice") return ""; // among many pieces that fit, few are the stylist's own
  const { great, good, fair, poor } = m.studio.score.verdicts;
  if (score >= 0.75) return great;
  if (score >= 0.5) return good;
  return score >= 0.25 ? fair : poor;
}

/** The verdict on an outfit and what it means; undefined where the model is not calibrated. */
export function scoreInWords({ compatibility, event }: Pick<ScoredOutfit, "compatibility" | "event">, m: Messages) {
  if (compatibility === null || event === null) return undefined;
  const of100 = Math.min(99, Math.round(compatibility * 100)); // nothing is certain
  return { verdict: verdictOf(compatibility, event, m), meaning: m.studio.score.meaning[event](of100) };
}
