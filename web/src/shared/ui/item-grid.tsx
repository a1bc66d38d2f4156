/** A grid of cards, or a single row; cards off screen are neither laid out nor painted. */
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
        <li className={isRail ? "" : "off-screen-idle"}>{child}</li>
      ))}
    </ul>
  );
}

export function ItemGridSkeleton({ count = 10, isRail = false }: { count?: number; isRail?: boolean }) {
  const m = useMessages();
  return (
    <div role="status" aria-label={m.common.loading} className={isRail ? "product-rail" : "product-grid"}>
      {Array.from({ length: count }, (_, at) => (
        <ItemCardSkeleton key={at} />
      ))}
    </div>
  );
}
