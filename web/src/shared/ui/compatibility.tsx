/** How well something goes with an item, in words, and the strongest reason. */
import type { CompatibilityBasis, SuggestedItem } from "@/api/types";
import { useColourNames } from "@/shared/format/colours";
import { inWordsMeasured } from "@/shared/format/measured";
import { inWords } from "@/shared/format/reasons";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import type { Messages } from "@/shared/i18n/messages";

type CompatibilityProps = { suggested: SuggestedItem; event: CompatibilityBasis["event"] };

export function Compatibility({ suggested, event }: CompatibilityProps) {
  const m = useMessages();
  const [reason] = inWords(suggested.reasons, m, useColourNames());
  const fit = fitInWords(suggested.compatibility, event, m);
  return (
    <div className="min-h-5 text-[0.8125rem] leading-5 text-muted">
      {fit && <p className="truncate font-medium text-accent">{fit}</p>}
      {reason && <p className="line-clamp-2">{reason}</p>}
    </div>
  );
}

/** A calibrated probability in words; "" where it is only an order, or is that of one choice among many. */
function fitInWords(probability: number | null, event: CompatibilityBasis["event"], m: Messages): string {
  if (probability === null || event === "stylists_choice") return "";
  const { great, good, fair, poor } = m.common.fits;
  if (probability >= 0.75) return great;
  if (probability >= 0.5) return good;
  return probability >= 0.25 ? fair : poor;
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
