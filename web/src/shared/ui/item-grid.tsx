/** A grid of cards, or a single row. */
import { Children, type ReactNode, useState } from "react";
import { useMessages } from "@/shared/i18n/language";
import { ItemCardSkeleton } from "./item-card";

type ItemGridProps = {
  children: ReactNode;
  label: string;
  /** A single row, which scrolls sideways if it does not fit. */
  isRail?: boolean;
};

/** Cards that are added later cost no layout while they are off screen; the first ones do, so that Back finds its place. */
export function ItemGrid({ children, label, isRail = false }: ItemGridProps) {
  const [atFirst] = useState(() => Children.count(children));
  return (
    <ul className={isRail ? "product-rail" : "product-grid"} aria-label={label}>
      {Children.map(children, (child, at) => (
        <li className={`min-w-0 has-[[data-gone]]:hidden ${isRail || at < atFirst ? "" : "off-screen-idle"}`}>
          {child}
        </li>
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
