/** The compatibility of two items, a probability, as a short bar and a number; nothing where it is only an order. */
import type { CompatibilityBasis } from "@/api/types";
import { inWordsMeasured } from "@/shared/format/measured";
import { formatScore } from "@/shared/format/numbers";
import { useLanguage, useMessages } from "@/shared/i18n/language";

export function Compatibility({ value }: { value: number | null }) {
  const m = useMessages();
  const language = useLanguage();
  if (value === null) return null;
  const score = formatScore(value, language);
  return (
    <p className="flex items-center gap-2 text-[0.8125rem] text-muted">
      <span className="sr-only">{m.common.card.compatibility(score)}</span>
      <span aria-hidden="true" className="h-1 w-12 overflow-hidden rounded-full bg-line">
        <span className="block h-full rounded-full bg-accent" style={{ width: `${Math.round(value * 100)}%` }} />
      </span>
      <span aria-hidden="true" className="tabular-nums">
        {score}
      </span>
    </p>
  );
}

/** Why there are no numbers, where there are none: what the model was measured on. */
export function UncalibratedNote({ basis }: { basis: CompatibilityBasis }) {
  const m = useMessages();
  const language = useLanguage();
  if (basis.calibrated) return null;
  return (
    <p className="text-sm text-pretty text-muted" data-testid="uncalibrated">
      {m.common.uncalibrated.ranked} {inWordsMeasured(basis.measured_on, m, language)}
    </p>
  );
}
