/** The variants that a card stands for, in brief: how many, and the first colours and sizes. */
import type { Variants } from "@/api/types";
import { isSoldOut, variantsInWords } from "@/shared/format/variants";
import { useMessages } from "@/shared/i18n/language";

const SHOWN = 5;

export function VariantChips({ variants }: { variants: Variants }) {
  const m = useMessages();
  return (
    <div data-variants className="mb-1">
      <p className="text-muted">{variantsInWords(variants, m)}</p>
      {variants.colours.length > 1 && <Chips field="colour" values={variants.colours} variants={variants} />}
      {variants.sizes.length > 1 && <Chips field="size" values={variants.sizes} variants={variants} />}
    </div>
  );
}

type ChipsProps = { field: "size" | "colour"; values: readonly string[]; variants: Variants };

function Chips({ field, values, variants }: ChipsProps) {
  const m = useMessages();
  const words = m.common.variants;
  const rest = values.length - SHOWN;
  return (
    <ul aria-label={field === "size" ? words.sizesLabel : words.coloursLabel} className="mt-1 flex flex-wrap gap-1">
      {values.slice(0, SHOWN).map((value) => {
        const isGone = isSoldOut(variants, field, value);
        return (
          <li
            key={value}
            data-sold-out={isGone || undefined}
            className="max-w-28 truncate rounded-full border border-line px-2 text-xs leading-5 data-sold-out:text-muted data-sold-out:line-through"
          >
            {value}
            {isGone && " "}
            {isGone && <span className="sr-only">({words.soldOut})</span>}
          </li>
        );
      })}
      {rest > 0 && <li className="px-1 text-xs leading-5 text-muted">{words.more(rest)}</li>}
    </ul>
  );
}
