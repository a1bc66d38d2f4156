/** Three outfits around the locked pieces, side by side; choosing one puts it on the board. */
import type { ScoredOutfit } from "@/api/types";
import { formatPrice } from "@/shared/format/numbers";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import type { Photo } from "@/shared/photo/photo";
import { Icon } from "@/shared/ui/icon";
import { Notice, ProblemNotice } from "@/shared/ui/notice";
import { Skeleton } from "@/shared/ui/skeleton";
import { formatChance } from "./meter";
import { MiniPhoto } from "./mini-photo";
import { isSame, itemIdsOf, mostDifferent } from "./outfit";
import { nameOfOutfitPiece, totalOf } from "./pieces";
import { isUnfillable } from "./unfillable";
import type { Changes } from "./use-changes";
import type { Studio } from "./use-studio";
import { useWardrobe } from "./with-wardrobe";

const LOOKS = 3;
const ROW = "mt-4 grid grid-cols-3 gap-2 sm:gap-4";
const COLLAGE = "grid grid-cols-2 gap-1 sm:grid-cols-5 sm:gap-2";
const SHOWN = 5; // four on a phone

export function Looks({ studio, changes }: { studio: Studio; changes: Changes }) {
  const m = useMessages();
  const { looks, plan, start, outfit, photo } = studio;
  const kept = plan.keptIds.map((itemId) => studio.items.products.get(itemId)?.title ?? "").filter(Boolean);
  const names = [...(photo ? [m.studio.looks.photo] : []), ...kept];
  const error = start.error ?? (plan.slots.length > 0 ? looks.error : null);
  const isWaiting = start.isPending || (looks.isPending && looks.fetchStatus === "fetching");
  return (
    <section aria-labelledby="looks" className="mt-6">
      <h2 id="looks" className="text-2xl sm:text-3xl">
        {m.studio.looks.title}
      </h2>
      <p className="min-h-6 truncate text-muted">
        {names.length > 0 && m.studio.looks.around(names.join(m.studio.looks.and))}
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

type LookCardProps = {
  scored: ScoredOutfit;
  at: number;
  photo: Photo | undefined;
  /** The items that all looks share. */
  kept: readonly string[];
  isChosen: boolean;
  onChoose: () => void;
};

/** A radio button, so that the arrow keys move from look to look. */
function LookCard({ scored, at, photo, kept, isChosen, onChoose }: LookCardProps) {
  const m = useMessages();
  const language = useLanguage();
  const score = scored.compatibility === null ? undefined : formatChance(scored.compatibility, language);
  const total = totalOf(scored.pieces.flatMap(({ item }) => item ?? []));
  const names = scored.pieces.map((piece) => nameOfOutfitPiece(piece, m)).join(", ");
  return (
    <label className="relative flex flex-col rounded-xl border border-line bg-surface p-2 transition hover:border-edge has-checked:border-accent has-checked:ring-1 has-checked:ring-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent sm:p-4">
      <input
        type="radio"
        name="look"
        checked={isChosen}
        onChange={onChoose}
        aria-label={score ? m.studio.looks.name(at, score, names) : m.studio.looks.ranked(at, names)}
        className="absolute inset-0 cursor-pointer opacity-0"
      />
      <Collage scored={scored} photo={photo} kept={kept} />
      <span
        aria-hidden="true"
        className="mt-auto flex flex-col justify-between gap-x-3 pt-2 sm:flex-row sm:items-baseline sm:pt-3"
      >
        <span className="flex items-center gap-1 font-display text-lg sm:text-xl">
          {m.studio.looks.look(at)}
          {isChosen && <Icon name="check" className="size-4.5 text-accent" />}
        </span>
        <span className="flex items-baseline gap-3 text-sm tabular-nums">
          {total && (
            <span className="hidden text-muted sm:inline">{formatPrice(total.price, total.currency, language)}</span>
          )}
          {score && <span className="font-medium">{score}</span>}
        </span>
      </span>
    </label>
  );
}

type CollageProps = Pick<LookCardProps, "scored" | "photo" | "kept">;

/** From head to toe; a phone has room for the added pieces only. */
function Collage({ scored, photo, kept }: CollageProps) {
  const { placeOf } = useWardrobe();
  const place = ({ item, semantic_category }: ScoredOutfit["pieces"][number]) =>
    item ? placeOf(semantic_category) : -1;
  const pieces = [...scored.pieces].sort((one, other) => place(one) - place(other)).slice(0, SHOWN);
  return (
    <span className={COLLAGE}>
      {pieces.map(({ item }) => (
        <MiniPhoto
          key={item?.item_id ?? "photo"}
          product={item}
          photo={photo}
          className={pieces.length > 4 && (item === null || kept.includes(item.item_id)) ? "max-sm:hidden" : ""}
        />
      ))}
    </span>
  );
}

function LooksSkeleton() {
  const m = useMessages();
  return (
    <div role="status" aria-label={m.common.loading} className={ROW}>
      {Array.from({ length: LOOKS }, (_, at) => (
        <div key={at} className="rounded-xl border border-line bg-surface p-2 sm:p-4">
          <div className={COLLAGE}>
            {Array.from({ length: SHOWN }, (_, piece) => (
              <Skeleton key={piece} className="aspect-4/5 w-full rounded-md max-sm:last:hidden" />
            ))}
          </div>
          <Skeleton className="mt-2.5 mb-1 h-10 w-1/2 sm:mt-3.5 sm:h-6" />
        </div>
      ))}
    </div>
  );
}
