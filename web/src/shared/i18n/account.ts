/** The words of the pages of an account, which the shop's other pages do not load. */
import { account as de } from "./de/account";
import { account as en } from "./en/account";
import { type Language, useLanguage } from "./language";
import type { AccountMessages } from "./messages";

const CATALOGUES: Readonly<Record<Language, AccountMessages>> = { en, de };

export function useAccountMessages(): AccountMessages {
  return CATALOGUES[useLanguage()];
}
