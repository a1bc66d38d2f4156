/** The grid that cards lie in; what is off screen is neither laid out nor painted. */
import { Children, type ReactNode } from "react";
import { useMessages } from "@/shared/i18n/language";
import { ItemCardSkeleton } from "./item-card";

export function ItemGrid({ children, label }: { children: ReactNode; label: string }) {
  return (
    <ul className="product-grid" aria-label={label}>
      {Children.map(children, (child) => (
        <li className="off-screen-idle">{child}</li>
      ))}
    </ul>
  );
}

export function ItemGridSkeleton({ count = 10 }: { count?: number }) {
  const m = useMessages();
  return (
    <div role="status" aria-label={m.common.loading} className="product-grid">
      {Array.from({ length: count }, (_, at) => (
        <ItemCardSkeleton key={at} />
      ))}
    </div>
  );
}
