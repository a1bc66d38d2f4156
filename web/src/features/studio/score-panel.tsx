/** The outfit as a whole: its score, its weakest pair and why, what it costs; told to screen readers when it changes. */
import type { ReactNode } from "react";
import type { ScoredOutfit } from "@/api/types";
import { formatPrice } from "@/shared/format/numbers";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import type { Photo } from "@/shared/photo/photo";
import { ProblemNotice } from "@/shared/ui/notice";
import { Skeleton } from "@/shared/ui/skeleton";
import { AllPairs } from "./all-pairs";
import { formatChance, Meter, verdictOf } from "./meter";
import { nameOfTold, pairOf, totalOf } from "./pieces";
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
  /** Beside the weakest pair: what can be done about it. */
  remedies?: ReactNode;
  /** Below everything: what can be done with the outfit. */
  children: ReactNode;
};

export function ScorePanel({ score, isScored, photo, remedies, children }: ScorePanelProps) {
  const m = useMessages();
  const told = isScored ? score.data : undefined;
  return (
    <section aria-labelledby="score" className="rounded-2xl bg-surface p-5 shadow-xs ring-1 ring-line sm:p-6">
      <h2 id="score" className="mb-3 text-2xl">
        {m.studio.score.title}
      </h2>
      <div className="grid gap-5 *:min-w-0 md:max-lg:grid-cols-2 md:max-lg:gap-x-10">
        {isScored && score.error && !told ? (
          <ProblemNotice error={score.error} onRetry={() => score.refetch()} />
        ) : (
          <>
            <Figures told={told} isScored={isScored} isOld={score.isPlaceholderData} photo={photo}>
              {children}
            </Figures>
            {told ? (
              <div className="flex flex-col gap-4">
                <WeakestPair told={told} photo={photo}>
                  {remedies}
                </WeakestPair>
                <AllPairs told={told} />
              </div>
            ) : (
              isScored && <WeakestPairSkeleton />
            )}
          </>
        )}
      </div>
      <Announcement told={score.isPlaceholderData ? undefined : told} />
    </section>
  );
}

type FiguresProps = {
  told: ScoredOutfit | undefined;
  isScored: boolean;
  isOld: boolean;
  photo: Photo | undefined;
  children: ReactNode;
};

function Figures({ told, isScored, isOld, photo, children }: FiguresProps) {
  const m = useMessages();
  return (
    <div className="flex flex-col gap-4">
      {told ? (
        <Meter value={told.compatibility} isOld={isOld} />
      ) : isScored ? (
        <MeterSkeleton />
      ) : (
        <p className="text-muted">{m.studio.score.onlyOne}</p>
      )}
      {told && <Total told={told} hasPhoto={photo !== undefined} />}
      {children}
    </div>
  );
}

function Total({ told, hasPhoto }: { told: ScoredOutfit; hasPhoto: boolean }) {
  const m = useMessages();
  const language = useLanguage();
  const total = totalOf(told.pieces.flatMap(({ item }) => item ?? []));
  if (total === undefined) return null;
  return (
    <p className="flex justify-between gap-3 border-t border-line pt-4">
      <span className="text-muted">{hasPhoto ? m.studio.score.totalNoPhoto : m.studio.score.total}</span>
      <span className="font-medium tabular-nums">{formatPrice(total.price, total.currency, language)}</span>
    </p>
  );
}

function Announcement({ told }: { told: ScoredOutfit | undefined }) {
  const m = useMessages();
  const language = useLanguage();
  const pair = told && pairOf(told, told.weakest_pair);
  const names = pair ? m.studio.score.with(nameOfTold(pair.first, m), nameOfTold(pair.second, m)) : "";
  return (
    <p role="status" className="sr-only" data-testid="score-announcement">
      {told &&
        m.studio.score.announce(formatChance(told.compatibility, language), verdictOf(told.compatibility, m), names)}
    </p>
  );
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
