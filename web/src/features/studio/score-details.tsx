/** What lies behind the score: what speaks against the outfit, its weakest pair and why, all pairs. */
import type { ReactNode } from "react";
import type { ScoredOutfit } from "@/api/types";
import { inWords } from "@/shared/format/reasons";
import { useValueNames } from "@/shared/format/use-value-names";
import { useMessages } from "@/shared/i18n/language";
import type { Photo } from "@/shared/photo/photo";
import { Skeleton } from "@/shared/ui/skeleton";
import { AllPairs } from "./all-pairs";
import { WeakestPair } from "./weakest-pair";

type ScoreDetailsProps = {
  scored: ScoredOutfit | undefined;
  photo: Photo | undefined;
  /** Below the weakest pair: ways to improve it. */
  remedies?: ReactNode;
};

export function ScoreDetails({ scored, photo, remedies }: ScoreDetailsProps) {
  if (!scored) return <DetailsSkeleton />;
  return (
    <div className="flex flex-col gap-4">
      <Against scored={scored} />
      <WeakestPair scored={scored} photo={photo}>
        {remedies}
      </WeakestPair>
      <AllPairs scored={scored} />
    </div>
  );
}

/** Without what is said of the weakest pair. */
function Against({ scored }: { scored: ScoredOutfit }) {
  const m = useMessages();
  const names = useValueNames();
  const ofWeakest = inWords(scored.pairs[scored.weakest_pair]?.concerns ?? [], m, names);
  const against = inWords(scored.concerns, m, names).filter((sentence) => !ofWeakest.includes(sentence));
  if (against.length === 0) return null;
  return (
    <p className="text-sm text-pretty">
      {m.studio.score.speaksAgainst} {against.join(" ")}
    </p>
  );
}

function DetailsSkeleton() {
  return (
    <div className="border-t border-line pt-4">
      <Skeleton className="h-5 w-1/3" />
      <div className="mt-2 flex items-center gap-3">
        <Skeleton className="h-17.5 w-29.5" />
        <Skeleton className="h-10 w-1/2" />
      </div>
      <Skeleton className="mt-3 h-16 w-full" />
    </div>
  );
}
