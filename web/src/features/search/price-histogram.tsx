import type { FacetBucket } from "@/api/types";
import { formatPrice } from "@/shared/format/numbers";
import { useLanguage, useMessages } from "@/shared/i18n/language";

type PriceHistogramProps = { buckets: readonly FacetBucket[]; currency: string; from: number; to: number };

/** How many items cost how much, those between `from` and `to` in colour. */
export function PriceHistogram({ buckets, currency, from, to }: PriceHistogramProps) {
  const m = useMessages();
  const language = useLanguage();
  const most = buckets.reduce((best, one) => (one.count > best.count ? one : best), {
    least: 0,
    below: null,
    count: 0,
  } as FacetBucket);
  if (buckets.length < 2 || most.count === 0) return null;
  const count = buckets.reduce((sum, one) => sum + one.count, 0);
  const price = (amount: number | null) => formatPrice(amount, currency, language);
  return (
    <div
      role="img"
      aria-label={m.search.filters.histogram(count, price(most.least), price(most.below))}
      className="mt-1 mb-3 flex h-14 items-end gap-px"
    >
      {buckets.map(({ least, below, count: items }) => (
        <span
          key={least}
          className={`grow rounded-t-sm ${least <= to && (below ?? Infinity) > from ? "bg-accent" : "bg-edge"}`}
          style={{ height: items === 0 ? "1px" : `${Math.max(6, (100 * items) / most.count)}%` }}
        />
      ))}
    </div>
  );
}
