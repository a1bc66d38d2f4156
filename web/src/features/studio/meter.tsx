/** A calibrated probability as words, a number and a bar. */
import type { CompatibilityBasis } from "@/api/types";
import { formatScore } from "@/shared/format/numbers";
import { type Language, useLanguage, useMessages } from "@/shared/i18n/language";
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

/** With two decimals, at most 0.99: nothing is certain. */
export function formatChance(probability: number, language: Language): string {
  return formatScore(Math.min(probability, 0.99), language);
}

type MeterProps = { value: number; event: Event; isOld: boolean };

export function Meter({ value, event, isOld }: MeterProps) {
  const m = useMessages();
  const score = formatChance(value, useLanguage());
  const verdict = verdictOf(value, event, m);
  return (
    <div className={`transition-opacity ${isOld ? "opacity-60" : ""}`}>
      <p className="flex items-baseline gap-3">
        <span className="font-display text-6xl leading-none tabular-nums" data-testid="outfit-score">
          {score}
        </span>
        <span className="text-pretty">{verdict}</span>
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be dressed alike in all browsers */}
      <div
        role="meter"
        aria-label={m.studio.score.meter}
        aria-valuemin={0}
        aria-valuemax={1}
        aria-valuenow={Number(value.toFixed(2))}
        aria-valuetext={[score, verdict].filter(Boolean).join(", ")}
        className="relative mt-3 h-2 overflow-hidden rounded-full bg-line"
      >
        <div
          className="h-full origin-left rounded-full bg-accent transition-transform duration-500"
          style={{ transform: `scaleX(${value})` }}
        />
      </div>
      <p className="mt-2 text-sm text-pretty text-muted">
        {m.studio.score.meaning[event](Math.min(99, Math.round(value * 100)))}
      </p>
    </div>
  );
}
