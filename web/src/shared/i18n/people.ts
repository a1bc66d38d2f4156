/** The words of hearts and hidden products, which a shop without accounts does not load. */
import { people as de } from "./de/people";
import { people as en } from "./en/people";
import { type Language, useLanguage } from "./language";
import type { PeopleMessages } from "./messages";

const CATALOGUES: Readonly<Record<Language, PeopleMessages>> = { en, de };

export function usePeopleMessages(): PeopleMessages {
  return CATALOGUES[useLanguage()];
}
