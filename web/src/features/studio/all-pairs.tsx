/** All pairs of an outfit with their scores and reasons, best first; collapsed at first. */
import type { ScoredOutfit } from "@/api/types";
import { useColourNames } from "@/shared/format/colours";
import { formatScore } from "@/shared/format/numbers";
import { inWords } from "@/shared/format/reasons";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { nameOfOutfitPiece } from "./pieces";

export function AllPairs({ scored }: { scored: ScoredOutfit }) {
  const m = useMessages();
  const names = useColourNames();
  const language = useLanguage();
  if (scored.pairs.length < 2) return null;
  const pairs = [...scored.pairs].sort((one, other) => other.score - one.score);
  return (
    <details className="border-t border-line pt-1">
      <summary className="flex min-h-11 items-center text-sm font-medium underline-offset-4 hover:underline">
        {m.studio.score.pairs(pairs.length)}
      </summary>
      <ul className="flex flex-col gap-3 pb-2 text-sm">
        {pairs.map(({ pieces: [first = 0, second = 0], compatibility, reasons }) => (
          <li key={`${first} ${second}`}>
            <p className="flex justify-between gap-3">
              <span>
                {m.studio.score.with(
                  nameOfOutfitPiece(scored.pieces[first], m),
                  nameOfOutfitPiece(scored.pieces[second], m),
                )}
              </span>
              {compatibility !== null && <span className="tabular-nums">{formatScore(compatibility, language)}</span>}
            </p>
            <p className="text-muted">{inWords(reasons, m, names).join("; ")}</p>
          </li>
        ))}
      </ul>
    </details>
  );
}
