/** The conditions that the server recognised in words, as people read them. */
import type { Info, RecognisedCondition } from "@/api/types";
import { formatList } from "@/shared/format/lists";
import { formatPrice } from "@/shared/format/numbers";
import { categoryName } from "@/shared/format/product";
import { nameOf, namesOf, type ValueNames } from "@/shared/format/values";
import type { Language } from "@/shared/i18n/language";
import type { Messages } from "@/shared/i18n/messages";

/** What one part of the query, `text`, was taken for. */
export type Condition = { text: string; label: string; value: string };

/** One for each part of the query; a price and its currency are one. */
export function conditionsOf(
  recognised: readonly RecognisedCondition[],
  info: Info,
  m: Messages,
  language: Language,
): Condition[] {
  const starts = [...new Set(recognised.map(({ start }) => start))];
  return starts.flatMap((start) => {
    const part = recognised.filter((one) => one.start === start);
    const shown = part.filter(({ name }) => name !== "currencies");
    const [first] = shown;
    if (first === undefined) return [];
    const currency = String(part.find(({ name }) => name === "currencies")?.value ?? "");
    const values = shown.map((one) => inWords(one, currency, namesOf(info, language), m, language));
    return [{ text: first.text, label: labelOf(first.name, info, language), value: formatList(values, language) }];
  });
}

/** The server's name of the filter that a condition belongs to: `price_max` to the price. */
export function labelOf(name: string, { filters }: Info, language: Language): string {
  const filter = filters.find((one) => one.facet === name || one.name === name.replace(/_m(in|ax)$/, ""));
  return filter?.labels[language] ?? "";
}

/** In the language of the page where the site or the server has a word for it, else as it was typed. */
function inWords(one: RecognisedCondition, currency: string, names: ValueNames, m: Messages, language: Language) {
  const value = String(one.value);
  if (one.name === "semantic_categories") return categoryName(value, m);
  if (one.name === "dominant_colours") return nameOf(value, names);
  if (one.name === "price_max") return m.search.understood.upTo(formatPrice(Number(value), currency, language));
  if (one.name === "price_min") return m.search.understood.from(formatPrice(Number(value), currency, language));
  return one.text;
}

export function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
