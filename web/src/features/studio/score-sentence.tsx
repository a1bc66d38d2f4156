/** The score of the outfit as one sentence, never an uncalibrated number; announced to screen readers when it changes. */
import type { ScoredOutfit } from "@/api/types";
import { useMessages } from "@/shared/i18n/language";
import type { Messages } from "@/shared/i18n/messages";
import { UncalibratedNote } from "@/shared/ui/compatibility";
import { ProblemNotice } from "@/shared/ui/notice";
import { Skeleton } from "@/shared/ui/skeleton";
import { nameOfOutfitPiece, pairOf } from "./pieces";
import { scoreInWords } from "./verdict";

export type Score = {
  data: ScoredOutfit | undefined;
  error: Error | null;
  isPlaceholderData: boolean;
  refetch: () => unknown;
};

/** `isScored` is whether there is anything to score, now or soon. */
export function ScoreSentence({ score, isScored }: { score: Score; isScored: boolean }) {
  const m = useMessages();
  const scored = isScored ? score.data : undefined;
  return (
    <section aria-labelledby="score" className="min-h-21 sm:min-h-15">
      <h2 id="score" className="sr-only">
        {m.studio.score.title}
      </h2>
      {!isScored ? (
        <p className="text-muted">{m.studio.score.onlyOne}</p>
      ) : scored ? (
        <Sentence scored={scored} isOld={score.isPlaceholderData} />
      ) : score.error ? (
        <ProblemNotice error={score.error} onRetry={() => score.refetch()} />
      ) : (
        <SentenceSkeleton />
      )}
      <p role="status" className="sr-only" data-testid="score-announcement">
        {scored && !score.isPlaceholderData && announcementOf(scored, m)}
      </p>
    </section>
  );
}

function Sentence({ scored, isOld }: { scored: ScoredOutfit; isOld: boolean }) {
  const m = useMessages();
  const words = scoreInWords(scored, m);
  if (words === undefined) return <UncalibratedNote basis={scored} />;
  const { verdict, meaning } = words;
  return (
    <p data-testid="outfit-score" className={`text-pretty transition-opacity ${isOld ? "opacity-60" : ""}`}>
      {verdict && <span className="block font-display text-[1.75rem] leading-tight">{verdict}:</span>}{" "}
      <span className="max-sm:text-sm">{meaning}</span>
    </p>
  );
}

function announcementOf(scored: ScoredOutfit, m: Messages): string {
  const pair = pairOf(scored, scored.weakest_pair);
  const names = pair ? m.studio.score.with(nameOfOutfitPiece(pair.first, m), nameOfOutfitPiece(pair.second, m)) : "";
  return m.studio.score.announce(scoreInWords(scored, m)?.verdict ?? "", names);
}

function SentenceSkeleton() {
  return (
    <>
      <Skeleton className="h-9 w-3/4" />
      <Skeleton className="mt-2 h-4 w-full" />
      <Skeleton className="mt-2 h-4 w-1/2 sm:hidden" />
    </>
  );
}
