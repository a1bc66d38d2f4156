/** All pairs of an outfit in words, best first; collapsed at first. */
import type { ScoredOutfit } from "@/api/types";
import { fitInWords, inWords } from "@/shared/format/reasons";
import { useValueNames } from "@/shared/format/use-value-names";
import { useMessages } from "@/shared/i18n/language";
import { nameOfOutfitPiece } from "./pieces";

export function AllPairs({ scored }: { scored: ScoredOutfit }) {
  const m = useMessages();
  const names = useValueNames();
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
              <span className="wrap-anywhere">
                {m.studio.score.with(
                  nameOfOutfitPiece(scored.pieces[first], m),
                  nameOfOutfitPiece(scored.pieces[second], m),
                )}
              </span>
              <span className="shrink-0 text-accent">{fitInWords(compatibility, scored.event, m)}</span>
            </p>
            <p className="text-muted">{inWords(reasons, m, names).join("; ")}</p>
          </li>
        ))}
      </ul>
    </details>
  );
}
