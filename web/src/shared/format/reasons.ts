/** Why two things go together: the server's few English sentences, in the language of the page. */
import type { Messages } from "@/shared/i18n/messages";

type Words = Messages["studio"]["reasons"];

const PATTERNS: readonly [RegExp, (found: string[], words: Words) => string][] = [
  [/^styled together in (\d+) outfits?$/, ([count = ""], words) => words.seen(Number(count))],
  [/^(.+) is neutral and goes with (.+)$/, ([neutral = "", colour = ""], words) => words.neutral(neutral, colour)],
  [/^(.+) and (.+) are both warm colours$/, ([one = "", other = ""], words) => words.warm(one, other)],
  [/^(.+) and (.+) are both cool colours$/, ([one = "", other = ""], words) => words.cool(one, other)],
  [/^(.+) and (.+) are both berry colours$/, ([one = "", other = ""], words) => words.berry(one, other)],
  [/^plain lets the (.+) stand out$/, ([pattern = ""], words) => words.standsOut(pattern)],
  [/^both (.+)$/, ([what = ""], words) => words.both(sharedWord(what, words))],
];

/** A reason in words; what this page has no words for stays as the server told it. */
export function reasonInWords(reason: string, m: Messages): string {
  for (const [pattern, words] of PATTERNS) {
    const found = pattern.exec(reason);
    if (found) return words(found.slice(1), m.studio.reasons);
  }
  return reason;
}

function sharedWord(what: string, words: Words): string {
  const known: Readonly<Record<string, string>> = words.shared;
  return known[what] ?? what;
}
