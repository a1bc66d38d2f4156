/** Why two items go together, or do not: the server's codes as sentences in the language of the page. */
import type { CompatibilityBasis, Concern, Reason } from "@/api/types";
import { nameOf, type ValueNames } from "@/shared/format/values";
import type { Messages } from "@/shared/i18n/messages";
import type { Sentence } from "@/shared/i18n/sentences";

/** Codes without a sentence, from a newer server, are omitted; `names` are those of the catalogue's values. */
export function inWords(found: readonly (Reason | Concern)[], m: Messages, names: ValueNames): string[] {
  const sentences: Readonly<Partial<Record<string, Sentence>>> = { ...m.studio.reasons, ...m.studio.concerns };
  return found.flatMap(({ code, parameters = {} }) => sentences[code]?.(named(parameters, names)) ?? []);
}

function named(parameters: Readonly<Record<string, string | number>>, names: ValueNames) {
  return Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, nameOf(String(value), names)]));
}

/** A calibrated probability in words; "" where it is only an order, or is that of one choice among many. */
export function fitInWords(probability: number | null, event: CompatibilityBasis["event"], m: Messages): string {
  if (probability === null || event === "stylists_choice") return "";
  const { great, good, fair, poor } = m.common.fits;
  if (probability >= 0.75) return great;
  if (probability >= 0.5) return good;
  return probability >= 0.25 ? fair : poor;
}
