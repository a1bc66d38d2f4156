/** The alternatives to a piece, best first by the score of the whole outfit. */
import { useQuery } from "@tanstack/react-query";
import { formatPrice } from "@/shared/format/numbers";
import { titleOf } from "@/shared/format/product";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { Dialog } from "@/shared/ui/dialog";
import { ItemPhoto } from "@/shared/ui/item-photo";
import { Notice, ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { Skeleton } from "@/shared/ui/skeleton";
import { categoryOfPiece, type Piece } from "./pieces";
import { type Alternative, alternativesQuery, type Pieces } from "./queries";
import { isUnfillable } from "./unfillable";
import { useRoving } from "./use-roving";

type AlternativesProps = {
  piece: Piece;
  /** The other pieces. */
  rest: Pieces;
  /** The current outfit. */
  current: Alternative["outfit"];
  isOpen: boolean;
  onClose: () => void;
  onChoose: (itemId: string) => void;
};

export function Alternatives({ piece, rest, current, isOpen, onClose, onChoose }: AlternativesProps) {
  const m = useMessages();
  const query = useQuery({ ...alternativesQuery(rest, piece.category, piece.itemId), enabled: isOpen });
  const { data, error, failureReason, isPending, refetch } = query;
  const isScored = data?.some(({ outfit }) => outfit !== undefined) ?? true;
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={m.studio.alternatives.title(categoryOfPiece(piece, m))}>
      <p className="mb-4 text-muted">{isScored ? m.studio.alternatives.help : m.studio.alternatives.helpAlone}</p>
      {isPending && <WaitingNotice failure={failureReason} />}
      {isPending && <AlternativesSkeleton />}
      {error && !isUnfillable(error) && <ProblemNotice error={error} onRetry={() => refetch()} />}
      {(data?.length === 0 || isUnfillable(error)) && (
        <Notice icon="hanger" title={m.studio.alternatives.nothingTitle} text={m.studio.alternatives.nothing} />
      )}
      {data && data.length > 0 && <AlternativeGrid found={data} current={current} onChoose={onChoose} />}
    </Dialog>
  );
}

const GRID = "grid grid-cols-2 gap-x-4 gap-y-5 sm:grid-cols-3";

type AlternativeGridProps = {
  found: Alternative[];
  current: Alternative["outfit"];
  onChoose: (itemId: string) => void;
};

function AlternativeGrid({ found, current, onChoose }: AlternativeGridProps) {
  const m = useMessages();
  const { onKeyDown, propsOf } = useRoving(found.length);
  return (
    <ul aria-label={m.studio.alternatives.list} className={GRID} onKeyDown={onKeyDown}>
      {found.map((alternative, at) => (
        <li key={alternative.product.item_id}>
          <Choice
            alternative={alternative}
            current={current}
            onChoose={() => onChoose(alternative.product.item_id)}
            roving={propsOf(at)}
          />
        </li>
      ))}
    </ul>
  );
}

type ChoiceProps = {
  alternative: Alternative;
  current: Alternative["outfit"];
  onChoose: () => void;
  roving: ReturnType<ReturnType<typeof useRoving>["propsOf"]>;
};

function Choice({ alternative: { product, outfit }, current, onChoose, roving }: ChoiceProps) {
  const m = useMessages();
  const language = useLanguage();
  const title = titleOf(product, m);
  const compatibility = outfit?.compatibility ?? null;
  // Probabilities of different things cannot be compared.
  const before = current?.event === outfit?.event ? (current?.compatibility ?? null) : null;
  return (
    <button
      type="button"
      onClick={onChoose}
      className="group flex w-full flex-col rounded-lg text-start text-sm"
      {...roving}
    >
      <ItemPhoto product={product} sizes="(width >= 40rem) 12rem, 45vw" className="transition group-hover:opacity-90" />
      <span className="mt-2 min-h-5 text-[0.8125rem] text-muted">
        {compatibility !== null && before !== null && <Change by={compatibility - before} />}
      </span>
      <span className="line-clamp-2 font-medium group-hover:underline">{title}</span>
      <span className="text-muted tabular-nums">{formatPrice(product.price, product.currency, language)}</span>
    </button>
  );
}

const SAME = 0.02; // a difference that nobody would see

/** What it would make of the current outfit. */
function Change({ by }: { by: number }) {
  const { better, same, worse } = useMessages().studio.alternatives.change;
  if (Math.abs(by) < SAME) return same;
  return by > 0 ? <span className="font-medium text-accent">{better}</span> : worse;
}

function AlternativesSkeleton() {
  const m = useMessages();
  return (
    <div role="status" aria-label={m.common.loading} className={GRID}>
      {Array.from({ length: 6 }, (_, at) => (
        <div key={at}>
          <Skeleton className="aspect-4/5 w-full rounded-lg" />
          <Skeleton className="mt-2 h-4 w-1/2" />
          <Skeleton className="mt-1.5 h-4 w-11/12" />
          <Skeleton className="mt-1.5 h-4 w-1/4" />
        </div>
      ))}
    </div>
  );
}
