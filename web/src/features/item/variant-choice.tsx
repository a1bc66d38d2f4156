/** The colours and sizes that the product is sold in; each leads to that variant, and the shown one is current. */
import { Link } from "@tanstack/react-router";
import type { Product } from "@/api/types";
import { useValueNames } from "@/shared/format/use-value-names";
import { nameOf } from "@/shared/format/values";
import { isSoldOut, severalVariants, variantWith } from "@/shared/format/variants";
import { useMessages } from "@/shared/i18n/language";

const CHOICE =
  "inline-flex min-h-11 items-center rounded-full border border-edge px-3.5 text-[0.9375rem] hover:border-accent aria-[current=page]:border-accent aria-[current=page]:text-accent data-sold-out:text-muted data-sold-out:line-through";

export function VariantChoice({ item }: { item: Product }) {
  const m = useMessages();
  const variants = severalVariants(item);
  if (!variants) return null;
  const words = m.common.variants;
  return (
    <>
      {variants.colours.length > 1 && (
        <Choice item={item} field="colour" label={words.coloursLabel} values={variants.colours} />
      )}
      {variants.sizes.length > 1 && (
        <Choice item={item} field="size" label={words.sizesLabel} values={variants.sizes} />
      )}
    </>
  );
}

type ChoiceProps = { item: Product; field: "size" | "colour"; label: string; values: readonly string[] };

function Choice({ item, field, label, values }: ChoiceProps) {
  const m = useMessages();
  const names = useValueNames();
  const variants = item.variants;
  return (
    <nav aria-label={label} className="mt-4">
      <p aria-hidden="true" className="mb-1.5 text-sm text-muted">
        {label}
      </p>
      <ul className="flex flex-wrap gap-2">
        {values.map((value) => {
          const isGone = variants ? isSoldOut(variants, field, value) : false;
          return (
            <li key={value}>
              <Link
                to="/item/$itemId"
                params={{ itemId: variantWith(item, field, value) ?? item.item_id }}
                data-sold-out={isGone || undefined}
                className={CHOICE}
              >
                {nameOf(value, names)}
                {isGone && " "}
                {isGone && <span className="sr-only">({m.common.variants.soldOut})</span>}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
