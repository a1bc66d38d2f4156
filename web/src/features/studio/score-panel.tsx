/** The outfit as a whole: its score, its weakest pair and why, what it costs; announced to screen readers when it changes. */
import type { ReactNode } from "react";
import type { ScoredOutfit } from "@/api/types";
import { useColourNames } from "@/shared/format/colours";
import { formatPrice } from "@/shared/format/numbers";
import { inWords } from "@/shared/format/reasons";
import { type Language, useLanguage, useMessages } from "@/shared/i18n/language";
import type { Messages } from "@/shared/i18n/messages";
import type { Photo } from "@/shared/photo/photo";
import { UncalibratedNote } from "@/shared/ui/compatibility";
import { ProblemNotice } from "@/shared/ui/notice";
import { Skeleton } from "@/shared/ui/skeleton";
import { AllPairs } from "./all-pairs";
import { formatChance, Meter, verdictOf } from "./meter";
import { nameOfOutfitPiece, pairOf, totalOf } from "./pieces";
import { WeakestPair } from "./weakest-pair";

type ScorePanelProps = {
  score: {
    data: ScoredOutfit | undefined;
    error: Error | null;
    isFetching: boolean;
    isPlaceholderData: boolean;
    refetch: () => unknown;
  };
  /** Whether there is anything to score, now or soon. */
  isScored: boolean;
  photo: Photo | undefined;
  /** Below the weakest pair: ways to improve it. */
  remedies?: ReactNode;
  /** Below everything: actions for the outfit. */
  children: ReactNode;
};

export function ScorePanel({ score, isScored, photo, remedies, children }: ScorePanelProps) {
  const m = useMessages();
  const scored = isScored ? score.data : undefined;
  return (
    <section aria-labelledby="score" className="rounded-2xl bg-surface p-5 shadow-xs ring-1 ring-line sm:p-6">
      <h2 id="score" className="mb-3 text-2xl">
        {m.studio.score.title}
      </h2>
      <div className="grid gap-5 *:min-w-0 md:max-lg:grid-cols-2 md:max-lg:gap-x-10">
        {isScored && score.error && !scored ? (
          <ProblemNotice error={score.error} onRetry={() => score.refetch()} />
        ) : (
          <>
            <Figures scored={scored} isScored={isScored} isOld={score.isPlaceholderData} photo={photo}>
              {children}
            </Figures>
            {scored ? (
              <div className="flex flex-col gap-4">
                <WeakestPair scored={scored} photo={photo}>
                  {remedies}
                </WeakestPair>
                <AllPairs scored={scored} />
              </div>
            ) : (
              isScored && <WeakestPairSkeleton />
            )}
          </>
        )}
      </div>
      <Announcement scored={score.isPlaceholderData ? undefined : scored} />
    </section>
  );
}

type FiguresProps = {
  scored: ScoredOutfit | undefined;
  isScored: boolean;
  isOld: boolean;
  photo: Photo | undefined;
  children: ReactNode;
};

function Figures({ scored, isScored, isOld, photo, children }: FiguresProps) {
  const m = useMessages();
  return (
    <div className="flex flex-col gap-4">
      {scored ? (
        <Score scored={scored} isOld={isOld} />
      ) : isScored ? (
        <MeterSkeleton />
      ) : (
        <p className="text-muted">{m.studio.score.onlyOne}</p>
      )}
      {scored && <Total scored={scored} hasPhoto={photo !== undefined} />}
      {children}
    </div>
  );
}

/** The probability and what it means; without one, why there is none. What speaks against the outfit in any case. */
function Score({ scored, isOld }: { scored: ScoredOutfit; isOld: boolean }) {
  const m = useMessages();
  const names = useColourNames();
  const { compatibility, event } = scored;
  const ofWeakest = inWords(scored.pairs[scored.weakest_pair]?.concerns ?? [], m, names); // shown with that pair
  const against = inWords(scored.concerns, m, names).filter((sentence) => !ofWeakest.includes(sentence));
  return (
    <>
      {compatibility !== null && event !== null ? (
        <Meter value={compatibility} event={event} isOld={isOld} />
      ) : (
        <UncalibratedNote basis={scored} />
      )}
      {against.length > 0 && (
        <p className="text-sm text-pretty">
          {m.studio.score.speaksAgainst} {against.join(" ")}
        </p>
      )}
    </>
  );
}

function Total({ scored, hasPhoto }: { scored: ScoredOutfit; hasPhoto: boolean }) {
  const m = useMessages();
  const language = useLanguage();
  const total = totalOf(scored.pieces.flatMap(({ item }) => item ?? []));
  if (total === undefined) return null;
  return (
    <p className="flex justify-between gap-3 border-t border-line pt-4">
      <span className="text-muted">{hasPhoto ? m.studio.score.totalNoPhoto : m.studio.score.total}</span>
      <span className="font-medium tabular-nums">{formatPrice(total.price, total.currency, language)}</span>
    </p>
  );
}

function Announcement({ scored }: { scored: ScoredOutfit | undefined }) {
  const m = useMessages();
  const language = useLanguage();
  const pair = scored && pairOf(scored, scored.weakest_pair);
  const names = pair ? m.studio.score.with(nameOfOutfitPiece(pair.first, m), nameOfOutfitPiece(pair.second, m)) : "";
  return (
    <p role="status" className="sr-only" data-testid="score-announcement">
      {scored && announcementOf(scored, names, m, language)}
    </p>
  );
}

function announcementOf({ compatibility, event }: ScoredOutfit, names: string, m: Messages, language: Language) {
  if (compatibility === null || event === null) return m.studio.score.announceRanked(names);
  return m.studio.score.announce(formatChance(compatibility, language), verdictOf(compatibility, event, m), names);
}

function MeterSkeleton() {
  return (
    <div>
      <Skeleton className="h-15 w-2/3" />
      <Skeleton className="mt-3 h-2 w-full" />
      <Skeleton className="mt-2 h-10 w-full" />
    </div>
  );
}

function WeakestPairSkeleton() {
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
