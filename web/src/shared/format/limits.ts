/** The limits on photos as people of each language write them. */
import type { UploadLimits } from "@/api/types";
import type { Language } from "@/shared/i18n/language";

const NAMES: Readonly<Record<string, string>> = { "image/webp": "WebP" };

/** "JPEG, PNG, WebP or GIF". */
export function formatMediaTypes({ media_types }: UploadLimits, language: Language): string {
  const names = media_types.map((type) => NAMES[type] ?? type.replace("image/", "").toUpperCase());
  return new Intl.ListFormat(language === "en" ? "en-GB" : language, { type: "disjunction" }).format(names);
}

/** "10 MB". */
export function formatMaxSize({ max_bytes }: UploadLimits, language: Language): string {
  const format = { style: "unit", unit: "megabyte", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, format).format(max_bytes / 2 ** 20);
}

export function formatMegapixels({ max_pixels }: UploadLimits, language: Language): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(max_pixels / 1e6);
}
