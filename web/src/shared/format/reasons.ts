/** Why two items go together, or do not: the server's codes as sentences in the language of the page. */
import type { Concern, Reason } from "@/api/types";
import type { ColourNames } from "@/shared/format/colours";
import type { Messages } from "@/shared/i18n/messages";
import type { Sentence } from "@/shared/i18n/sentences";

/** Codes without a sentence, from a newer server, are omitted; `names` are those of the colours by their codes. */
export function inWords(found: readonly (Reason | Concern)[], m: Messages, names: ColourNames): string[] {
  const sentences: Readonly<Partial<Record<string, Sentence>>> = { ...m.studio.reasons, ...m.studio.concerns };
  return found.flatMap(({ code, parameters = {} }) => sentences[code]?.(named(parameters, names)) ?? []);
}

function named(parameters: Readonly<Record<string, string | number>>, names: ColourNames) {
  return Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, names[value] ?? value]));
}
