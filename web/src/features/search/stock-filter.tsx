import { useMessages } from "@/shared/i18n/language";
import { toggleStock } from "./fields";
import { useChangeParams, useParams } from "./use-params";

/** Leaves out what is sold out. */
export function StockFilter() {
  const m = useMessages();
  const { in_stock } = useParams();
  const change = useChangeParams();
  return (
    <label className="flex min-h-11 items-center gap-2.5 py-1 font-medium hover:text-accent">
      <input
        type="checkbox"
        checked={in_stock ?? false}
        onChange={() => change(toggleStock)}
        className="size-4.5 accent-accent"
      />
      {m.search.filters.inStock}
    </label>
  );
}
