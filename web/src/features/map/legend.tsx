/** The legend of the colours; a click shows that category alone, or together with others that were clicked. */
import { formatCount } from "@/shared/format/numbers";
import { categoryName } from "@/shared/format/product";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import type { Category } from "./categories";

type LegendProps = {
  categories: readonly Category[];
  shown: readonly string[];
  onToggle: (key: string) => void;
};

export function Legend({ categories, shown, onToggle }: LegendProps) {
  const m = useAdminMessages();
  const language = useLanguage();
  return (
    <ul aria-label={m.map.legend} className="flex flex-wrap gap-2">
      {categories.map(({ key, semanticCategory, count, colours: [light, dark] }) => (
        <li key={key}>
          <button
            type="button"
            aria-pressed={shown.includes(key)}
            onClick={() => onToggle(key)}
            className="inline-flex min-h-11 items-center gap-2 rounded-full border border-line px-3 text-sm hover:bg-wash aria-pressed:border-ink aria-pressed:bg-wash"
          >
            <span
              aria-hidden="true"
              className="size-3 rounded-full"
              style={{ backgroundColor: `light-dark(${light}, ${dark})` }}
            />
            {categoryName(semanticCategory, m)}
            <span className="text-muted tabular-nums">{formatCount(count, language)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
