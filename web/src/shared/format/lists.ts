/** Names in a row, as people of each language write them. */
import type { Language } from "@/shared/i18n/language";

/** "a, b and c" */
export function formatList(names: readonly string[], language: Language): string {
  return new Intl.ListFormat(language === "en" ? "en-GB" : language, { type: "conjunction" }).format(names);
}
