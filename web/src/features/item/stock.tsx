import type { ProductDetails } from "@/api/types";
import { useMessages } from "@/shared/i18n/language";

/** Whether this variant is in stock, where the catalogue says so. */
export function Stock({ item }: { item: ProductDetails }) {
  const m = useMessages();
  const isInStock = item.variants?.items.find(({ item_id }) => item_id === item.item_id)?.in_stock ?? null;
  if (isInStock === null) return null;
  return (
    <p className={`mt-2 text-sm ${isInStock ? "text-muted" : "font-medium text-accent"}`}>
      {isInStock ? m.item.inStock : m.item.soldOut}
    </p>
  );
}
