/** An outfit as a stylist lays it out: one picture of all pieces, with a line between the two that go together worst. */
import type { ReactNode } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Skeleton } from "@/shared/ui/skeleton";
import type { Piece } from "./pieces";
import { centreOf, type Place, placesOf, styleOf } from "./places";

const CANVAS =
  "relative isolate aspect-14/15 w-full overflow-hidden rounded-2xl bg-wash print:border print:border-line";

type FlatLayProps = {
  label: string;
  pieces: readonly Piece[];
  /** The places in `pieces` of the weakest pair. */
  weak?: readonly number[];
  isBusy?: boolean;
  children: (piece: Piece, at: number) => ReactNode;
};

export function FlatLay({ label, pieces, weak = [], isBusy = false, children }: FlatLayProps) {
  const places = placesOf(pieces.map(({ category }) => category));
  const [first, second] = weak.map((at) => places[at]);
  return (
    <div className={`${CANVAS} transition-opacity ${isBusy ? "opacity-60" : ""}`} data-testid="flat-lay">
      {first && second && <WeakLine from={first} to={second} />}
      <ul aria-label={label} aria-busy={isBusy}>
        {pieces.map((piece, at) => (
          <li key={piece.slot} className="absolute top-0 left-0 transition-transform" style={styleOf(places[at])}>
            {children(piece, at)}
          </li>
        ))}
      </ul>
      {first && second && <WeakBadge from={first} to={second} />}
    </div>
  );
}

type Ends = { from: Place; to: Place };

/** Below the pieces, so that it hides none of them. */
function WeakLine({ from, to }: Ends) {
  const [one, other] = [centreOf(from), centreOf(to)];
  return (
    <svg
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
      className="absolute inset-0 size-full print:hidden"
      aria-hidden="true"
    >
      <line
        x1={one.x}
        y1={one.y}
        x2={other.x}
        y2={other.y}
        vectorEffect="non-scaling-stroke"
        className="stroke-accent stroke-2 [stroke-dasharray:5_4]"
      />
    </svg>
  );
}

/** Halfway; each of the two pieces says it in words. */
function WeakBadge({ from, to }: Ends) {
  const m = useMessages();
  const [one, other] = [centreOf(from), centreOf(to)];
  return (
    <span
      aria-hidden="true"
      className="pointer-events-none absolute -translate-1/2 print:hidden rounded-full bg-blush px-2 text-xs leading-5 font-medium whitespace-nowrap text-accent shadow-sm"
      style={{ left: `${(one.x + other.x) / 2}%`, top: `${(one.y + other.y) / 2}%` }}
    >
      {m.studio.board.weakest}
    </span>
  );
}

/** In the size of the picture; its pieces are not known yet. */
export function FlatLaySkeleton() {
  const m = useMessages();
  return (
    <div role="status" aria-label={m.common.loading} className={CANVAS} data-board="">
      {placesOf(["tops", "bottoms", "shoes", "bags"]).map((place, at) => (
        <div key={at} className="absolute top-0 left-0" style={styleOf(place)}>
          <Skeleton className="size-full rounded-lg bg-line" />
        </div>
      ))}
    </div>
  );
}
