/** Three outfits around the locked pieces, side by side; choosing one puts it on the board. */
import { formatList } from "@/shared/format/lists";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { Notice, ProblemNotice } from "@/shared/ui/notice";
import { LookCard, LookCardSkeleton } from "./look-card";
import { isSame, itemIdsOf, mostDifferent } from "./outfit";
import { isUnfillable } from "./unfillable";
import type { Changes } from "./use-changes";
import type { Studio } from "./use-studio";

const LOOKS = 3;
const ROW = "mt-4 grid grid-cols-3 gap-2 sm:gap-4";

export function Looks({ studio, changes }: { studio: Studio; changes: Changes }) {
  const m = useMessages();
  const language = useLanguage();
  const { looks, plan, start, outfit, photo } = studio;
  const kept = plan.keptIds.map((itemId) => studio.items.products.get(itemId)?.title ?? "").filter(Boolean);
  const names = [...(photo ? [m.studio.looks.photo] : []), ...kept];
  const error = start.error ?? (plan.slots.length > 0 ? looks.error : null);
  const isWaiting = start.isPending || (looks.isPending && looks.fetchStatus === "fetching");
  return (
    <section aria-labelledby="looks" className="mt-12">
      <h2 id="looks" className="text-2xl sm:text-3xl">
        {m.studio.looks.title}
      </h2>
      <p className="min-h-6 truncate text-muted">
        {names.length > 0 && m.studio.looks.around(formatList(names, language))}
      </p>
      {isWaiting && <LooksSkeleton />}
      {!isWaiting && looks.data && plan.slots.length > 0 && (
        <fieldset className={ROW} disabled={looks.isPlaceholderData} aria-busy={looks.isPlaceholderData}>
          <legend className="sr-only">{m.studio.looks.title}</legend>
          {mostDifferent(looks.data.outfits, LOOKS).map((scored, at) => (
            <LookCard
              key={itemIdsOf(scored).join(" ")}
              scored={scored}
              at={at + 1}
              photo={photo}
              kept={plan.keptIds}
              isChosen={isSame(itemIdsOf(scored), outfit.itemIds)}
              onChoose={() => changes.wear(scored)}
            />
          ))}
        </fieldset>
      )}
      {!isWaiting && plan.slots.length === 0 && !error && (
        <p className="mt-4 rounded-lg bg-wash px-4 py-3">{m.studio.looks.allLocked}</p>
      )}
      {!isWaiting && isUnfillable(error) && (
        <Notice icon="hanger" title={m.studio.looks.nothingTitle} text={m.studio.looks.nothing} />
      )}
      {!isWaiting && error && !isUnfillable(error) && <ProblemNotice error={error} onRetry={() => looks.refetch()} />}
    </section>
  );
}

function LooksSkeleton() {
  const m = useMessages();
  return (
    <div role="status" aria-label={m.common.loading} className={ROW}>
      {Array.from({ length: LOOKS }, (_, at) => (
        <LookCardSkeleton key={at} />
      ))}
    </div>
  );
}
