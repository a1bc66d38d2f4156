/** What a product's variants have between them: in how many colours and sizes it is sold, and for how much. */
import type { Product, Variants } from "@/api/types";
import type { Language } from "@/shared/i18n/language";
import type { Messages } from "@/shared/i18n/messages";
import { formatPrice } from "./numbers";

/** The variants of a product of which there are several. */
export function severalVariants(product: Product): Variants | undefined {
  return product.variants && product.variants.count > 1 ? product.variants : undefined;
}

/** "3 colours · 5 sizes", or the number of variants where they differ in neither. */
export function variantsInWords(variants: Variants, m: Messages): string {
  const words = m.common.variants;
  const parts = [
    variants.colours.length > 1 && words.colours(variants.colours.length),
    variants.sizes.length > 1 && words.sizes(variants.sizes.length),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(" · ") : words.count(variants.count);
}

/** The price, or the lowest and the highest of the variants that are in one currency. */
export function priceInWords(product: Product, language: Language): string {
  const variants = severalVariants(product);
  if (!variants || variants.price_min === null || variants.price_min === variants.price_max)
    return formatPrice(product.price, product.currency, language);
  const bounds = [variants.price_min, variants.price_max];
  return bounds.map((price) => formatPrice(price, variants.currency, language)).join(" – ");
}

/** Whether the catalogue says of every variant with this `field` that it is not in stock. */
export function isSoldOut(variants: Variants, field: "size" | "colour", value: string): boolean {
  const same = variants.items.filter((variant) => fold(variant[field]) === fold(value));
  return same.length > 0 && same.every((variant) => variant.in_stock === false);
}

/** The variant to go to for another size or colour: one that shares the rest with `product`, and is in stock, if any. */
export function variantWith(product: Product, field: "size" | "colour", value: string): string | undefined {
  const other = field === "size" ? "colour" : "size";
  const same = product.variants?.items.filter((variant) => fold(variant[field]) === fold(value)) ?? [];
  const fits = (variant: (typeof same)[number]) => (fold(variant[other]) === fold(product[other]) ? 2 : 0);
  const rank = (variant: (typeof same)[number]) => fits(variant) + (variant.in_stock === false ? 0 : 1);
  return same.toSorted((a, b) => rank(b) - rank(a))[0]?.item_id;
}

function fold(text: string): string {
  return text.toLowerCase();
}
