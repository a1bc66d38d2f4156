/** How well the model orders outfits, by what it was measured on. */
import type { Measurement } from "@/api/types";
import type { Language } from "@/shared/i18n/language";
import type { Messages } from "@/shared/i18n/messages";
import { formatScore } from "./numbers";

const OWN = "catalogue";

/** One sentence for each set of outfits with a known figure. */
export function inWordsMeasured(measured: readonly Measurement[], m: Messages, language: Language): string {
  const { trained, own } = m.common.uncalibrated;
  return measured
    .flatMap(({ data, auc }) => {
      if (auc === null) return [];
      const figure = formatScore(auc, language);
      return data === OWN ? own(figure) : trained(data, figure);
    })
    .join(" ");
}
