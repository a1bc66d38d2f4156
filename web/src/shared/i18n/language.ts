/** The language in use: the person's choice, else the browser's; `first-paint.js` sets it on `<html lang dir>`. */
import { useSyncExternalStore } from "react";
import { BRAND } from "@/shared/theme/brand";
import { de } from "./de";
import { en } from "./en";
import type { Messages } from "./messages";

export type Language = "en" | "de";
/** Those that the operator offers. */
export const LANGUAGES: readonly Language[] = (["en", "de"] as const).filter((one) => BRAND.languages.includes(one));
/** Languages that are written from right to left; `first-paint.js` has them too. */
const RIGHT_TO_LEFT = /^(ar|fa|he|ur)$/;
const STORED_AS = "deepstyle.language";
const CATALOGUES: Readonly<Record<Language, Messages>> = { en, de };
const listeners = new Set<() => void>();

function current(): Language {
  return document.documentElement.lang === "de" ? "de" : "en";
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function setLanguage(language: Language): void {
  document.documentElement.lang = language;
  document.documentElement.dir = RIGHT_TO_LEFT.test(language) ? "rtl" : "ltr";
  try {
    localStorage.setItem(STORED_AS, language);
  } catch {
    // Without storage the choice lasts until the page is left.
  }
  for (const listener of listeners) listener();
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, current);
}

/** The words of the language in use, outside components. */
export function messages(): Messages {
  return CATALOGUES[current()];
}

/** The words of the language in use: `const m = useMessages(); m.search.heading`. */
export function useMessages(): Messages {
  return CATALOGUES[useLanguage()];
}
