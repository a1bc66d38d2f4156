/** The language of an element: that of the page around it. */
import type { Language } from "@/shared/i18n/language";
import { type Texts, texts } from "./texts";

/** By the nearest attribute `lang`, its own included, else the browser's; English where that is neither. */
export function languageOf(element: HTMLElement): Language {
  const given = element.closest<HTMLElement>("[lang]")?.lang || navigator.language;
  return given.toLowerCase().split("-")[0] === "de" ? "de" : "en";
}

export function textsOf(element: HTMLElement): Texts {
  return texts[languageOf(element)];
}
