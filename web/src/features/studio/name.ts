/** The name of a look, as people write it and as an address holds it. */
export const MOST_NAME_CHARS = 80;

/** In one line, without control characters and marks that turn the direction of writing, cut to 80 characters. */
export function cleanName(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, " ").replace(/\s+/g, " ");
  return [...line.trim()].slice(0, MOST_NAME_CHARS).join("").trim();
}
