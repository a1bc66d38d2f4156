/** How well something goes with an item, in words, and the strongest reason. */
import type { CompatibilityBasis, SuggestedItem } from "@/api/types";
import { inWordsMeasured } from "@/shared/format/measured";
import { fitInWords, inWords } from "@/shared/format/reasons";
import { useValueNames } from "@/shared/format/use-value-names";
import { useLanguage, useMessages } from "@/shared/i18n/language";

type CompatibilityProps = { suggested: SuggestedItem; event: CompatibilityBasis["event"] };

export function Compatibility({ suggested, event }: CompatibilityProps) {
  const m = useMessages();
  const [reason] = inWords(suggested.reasons, m, useValueNames());
  const fit = fitInWords(suggested.compatibility, event, m);
  return (
    <div className="min-h-5 text-[0.8125rem] leading-5 text-muted">
      {fit && <p className="truncate font-medium text-accent">{fit}</p>}
      {reason && <p className="line-clamp-2">{reason}</p>}
    </div>
  );
}

/** Why there are no such words, where there are none: what the model was measured on. */
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
