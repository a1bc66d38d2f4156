/** One of the outfits to choose from: its pieces side by side, and what they cost. */

import type { ScoredOutfit } from "@/api/types";
import { formatList } from "@/shared/format/lists";
import { formatPrice } from "@/shared/format/numbers";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import type { Photo } from "@/shared/photo/photo";
import { Icon } from "@/shared/ui/icon";
import { Skeleton } from "@/shared/ui/skeleton";
import { MiniPhoto } from "./mini-photo";
import { nameOfOutfitPiece, totalOf } from "./pieces";
import { scoreInWords } from "./verdict";
import { useWardrobe } from "./with-wardrobe";

const COLLAGE = "grid grid-cols-2 gap-1 sm:grid-cols-5 sm:gap-2";
const SHOWN = 5; // four on a phone

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
export function LookCard({ scored, at, photo, kept, isChosen, onChoose }: LookCardProps) {
  const m = useMessages();
  const language = useLanguage();
  const verdict = scoreInWords(scored, m)?.verdict;
  const total = totalOf(scored.pieces.flatMap(({ item }) => item ?? []));
  const names = formatList(
    scored.pieces.map((piece) => nameOfOutfitPiece(piece, m)),
    language,
  );
  return (
    <label className="relative flex flex-col rounded-xl border border-line bg-surface p-2 transition hover:border-edge has-checked:border-accent has-checked:ring-1 has-checked:ring-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent sm:p-4">
      <input
        type="radio"
        name="look"
        checked={isChosen}
        onChange={onChoose}
        aria-label={verdict ? m.studio.looks.name(at, verdict, names) : m.studio.looks.ranked(at, names)}
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
        <span className="min-h-5 text-sm text-muted tabular-nums">
          {total && formatPrice(total.price, total.currency, language)}
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

export function LookCardSkeleton() {
  return (
    <div className="rounded-xl border border-line bg-surface p-2 sm:p-4">
      <div className={COLLAGE}>
        {Array.from({ length: SHOWN }, (_, piece) => (
          <Skeleton key={piece} className="aspect-4/5 w-full rounded-md max-sm:last:hidden" />
        ))}
      </div>
      <Skeleton className="mt-2.5 mb-1 h-10 w-1/2 sm:mt-3.5 sm:h-6" />
    </div>
  );
}
