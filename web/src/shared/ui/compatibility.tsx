/** The compatibility of two items, a probability, as a short bar and a number. */
import { formatScore } from "@/shared/format/numbers";
import { useLanguage, useMessages } from "@/shared/i18n/language";

export function Compatibility({ value }: { value: number }) {
  const m = useMessages();
  const score = formatScore(value, useLanguage());
  return (
    <p className="flex items-center gap-2 text-[0.8125rem] text-muted">
      <span className="sr-only">{m.common.card.compatibility(score)}</span>
      <span aria-hidden="true" className="h-1 w-12 overflow-hidden rounded-full bg-line">
        <span className="block h-full rounded-full bg-accent" style={{ width: `${Math.round(value * 100)}%` }} />
      </span>
      <span aria-hidden="true" className="tabular-nums">
        {score}
      </span>
    </p>
  );
}
