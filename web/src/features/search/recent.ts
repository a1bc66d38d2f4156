/** The words that were searched for in this tab, newest first; nothing of them is stored beyond it. */
const STORED_AS = "deepstyle.recent";
const MOST = 6;

export function recentTexts(): string[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(STORED_AS) ?? "[]");
    return Array.isArray(stored) ? stored.filter((text) => typeof text === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function rememberText(text: string): void {
  const others = recentTexts().filter((other) => other.toLowerCase() !== text.toLowerCase());
  try {
    sessionStorage.setItem(STORED_AS, JSON.stringify([text, ...others].slice(0, MOST)));
  } catch {
    // Without storage there are no recent searches.
  }
}
