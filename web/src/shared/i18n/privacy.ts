/** The words about consent in the language in use; only pages that ask for it load them. */
import { privacy as de } from "./de/privacy";
import { privacy as en } from "./en/privacy";
import { type Language, useLanguage } from "./language";
import type { PrivacyMessages } from "./messages";

const CATALOGUES: Readonly<Record<Language, PrivacyMessages>> = { en, de };

export function usePrivacyMessages(): PrivacyMessages {
  return CATALOGUES[useLanguage()];
}
