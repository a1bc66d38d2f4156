/** Where signing in leads: the operator's page that somebody came from, in a document of its own; else her account. */
import { ROOT_PATH } from "@/api/root-path";
import { readText } from "@/shared/address/read";

const KEY = "deepstyle.next";
const ADMIN_PAGE = /^\/admin(?:\/[a-z-]+)*$/; // no other address, here or elsewhere

/** The page that an address names; nothing where it is none of the operator's. */
export function readNext(raw: Record<string, unknown>): string | undefined {
  const next = readText(raw, "next");
  return next !== undefined && ADMIN_PAGE.test(next) ? next : undefined;
}

/** Remembers it in this tab, which leaves for a provider; the account's page then asks for it once. */
export function remember(next: string | undefined): void {
  try {
    if (next) sessionStorage.setItem(KEY, next);
    else sessionStorage.removeItem(KEY);
  } catch {
    // a browser that stores nothing leads to the account
  }
}

export function takeRemembered(): string | undefined {
  try {
    const next = readNext({ next: sessionStorage.getItem(KEY) });
    sessionStorage.removeItem(KEY);
    return next;
  } catch {
    return undefined;
  }
}

export function leaveFor(next: string): void {
  globalThis.location.replace(`${ROOT_PATH}${next}`);
}
