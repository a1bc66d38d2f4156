/** Numbers as people of each language write them. */
import type { Language } from "@/shared/i18n/language";
import { BRAND } from "@/shared/theme/brand";

/** A price with its currency, else the theme's; "" where the catalogue has no price. */
export function formatPrice(price: number | null, given: string, language: Language): string {
  if (price === null) return "";
  const currency = given || BRAND.currency;
  try {
    return new Intl.NumberFormat(language, { style: "currency", currency }).format(price);
  } catch {
    // Not an ISO 4217 currency: the number and the catalogue's word.
    return `${new Intl.NumberFormat(language, { minimumFractionDigits: 2 }).format(price)} ${currency}`.trim();
  }
}

/** A similarity or a probability from 0 to 1 with two decimals. */
export function formatScore(value: number, language: Language): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
}

/** A part from 0 to 1, such as "42%". */
export function formatPercent(part: number, language: Language): string {
  return new Intl.NumberFormat(language, { style: "percent" }).format(part);
}

export function formatCount(count: number, language: Language): string {
  return new Intl.NumberFormat(language).format(count);
}
