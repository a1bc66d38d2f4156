/** A grid of cards, or a single row; from the 73rd on, cards off screen cost no layout. */
import { Children, type ReactNode } from "react";
import { useMessages } from "@/shared/i18n/language";
import { ItemCardSkeleton } from "./item-card";

type ItemGridProps = {
  children: ReactNode;
  label: string;
  /** A single row, which scrolls sideways if it does not fit. */
  isRail?: boolean;
};

export function ItemGrid({ children, label, isRail = false }: ItemGridProps) {
  return (
    <ul className={isRail ? "product-rail" : "product-grid"} aria-label={label}>
      {Children.map(children, (child) => (
        <li className={isRail ? "min-w-0" : "min-w-0 nth-[n+73]:off-screen-idle"}>{child}</li>
      ))}
    </ul>
  );
}

type ItemGridSkeletonProps = { count?: number; isRail?: boolean; lines?: number };

export function ItemGridSkeleton({ count = 10, isRail = false, lines = 3 }: ItemGridSkeletonProps) {
  const m = useMessages();
  return (
    <div role="status" aria-label={m.common.loading} className={isRail ? "product-rail" : "product-grid"}>
      {Array.from({ length: count }, (_, at) => (
        <ItemCardSkeleton key={at} lines={lines} />
      ))}
    </div>
  );
}
