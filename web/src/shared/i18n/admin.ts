/** The words of `/admin` in the language in use, beside those that it shares with the shop. */
import { operator as de } from "./de/operator";
import { operator as en } from "./en/operator";
import { type Language, useLanguage, useMessages } from "./language";
import type { AdminMessages, Messages } from "./messages";

const CATALOGUES: Readonly<Record<Language, AdminMessages>> = { en, de };

export function useAdminMessages(): Messages & AdminMessages {
  return { ...useMessages(), ...CATALOGUES[useLanguage()] };
}
