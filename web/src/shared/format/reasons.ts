/** Why two items go together, or do not: the server's codes as sentences in the language of the page. */
import type { Concern, Reason } from "@/api/types";
import type { Messages } from "@/shared/i18n/messages";
import type { Sentence } from "@/shared/i18n/sentences";

/** Codes without a sentence, from a newer server, are omitted. */
export function inWords(found: readonly (Reason | Concern)[], m: Messages): string[] {
  const sentences: Readonly<Partial<Record<string, Sentence>>> = { ...m.studio.reasons, ...m.studio.concerns };
  return found.flatMap(({ code, parameters = {} }) => sentences[code]?.(parameters) ?? []);
}
