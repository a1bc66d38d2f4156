/** The pair that lowers an outfit most: what it is, why, and a way to change it. */
import type { ReactNode } from "react";
import type { ScoredOutfit } from "@/api/types";
import { inWords } from "@/shared/format/reasons";
import { useValueNames } from "@/shared/format/use-value-names";
import { useMessages } from "@/shared/i18n/language";
import type { Photo } from "@/shared/photo/photo";
import { MiniPhoto } from "./mini-photo";
import { nameOfOutfitPiece, pairOf } from "./pieces";
import { whyWeak } from "./weakness";

type WeakestPairProps = {
  scored: ScoredOutfit;
  photo: Photo | undefined;
  /** Below the reasons: ways to improve the pair. */
  children?: ReactNode;
};

export function WeakestPair({ scored, photo, children }: WeakestPairProps) {
  const m = useMessages();
  const names = useValueNames();
  const pair = pairOf(scored, scored.weakest_pair);
  if (pair === undefined) return null;
  const { first, second } = pair;
  const reasons = inWords(pair.reasons, m, names);
  return (
    <section aria-labelledby="weakest" className="border-t border-line pt-4">
      <h3 id="weakest" className="text-sm font-medium text-muted">
        {scored.pairs.length === 1 ? m.studio.score.onlyPair : m.studio.score.weakest}
      </h3>
      <div className="mt-2 flex items-center gap-3">
        <div className="flex shrink-0 gap-1.5 *:w-14">
          <MiniPhoto product={first.item} photo={photo} />
          <MiniPhoto product={second.item} photo={photo} />
        </div>
        <p className="font-medium text-pretty wrap-anywhere" data-testid="weakest-pair">
          {m.studio.score.with(nameOfOutfitPiece(first, m), nameOfOutfitPiece(second, m))}
        </p>
      </div>
      <ul className="mt-3 flex flex-col gap-1 text-sm text-pretty">
        {whyWeak(pair, scored, m, names).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        {reasons.length > 0 && (
          <li className="text-muted">
            {m.studio.score.speaksFor} {reasons.join("; ")}.
          </li>
        )}
      </ul>
      {children}
    </section>
  );
}
