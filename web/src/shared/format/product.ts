/** A product in words, and its link where it is safe to follow. */
import { ROOT_PATH } from "@/api/root-path";
import type { Product } from "@/api/types";
import type { Messages } from "@/shared/i18n/messages";

export function categoryName(semanticCategory: string, m: Messages): string {
  const names: Readonly<Record<string, string>> = m.common.semanticCategories;
  return names[semanticCategory] ?? semanticCategory;
}

/** The product's department; where the encoder saw it in the picture, that and how sure it is are said too. */
export function departmentOf(product: Product, m: Messages): string {
  const name = categoryName(product.semantic_category, m);
  if (product.category_source !== "encoder") return name;
  return m.common.seenInPicture(name, Math.round((product.category_confidence ?? 0) * 100));
}

export function titleOf(product: Product, m: Messages): string {
  return product.title || product.category || m.common.card.untitled;
}

/** The alternative text of a picture: title, category and colour, without repetition. */
export function altOf(product: Product, m: Messages): string {
  const more = [product.category || categoryName(product.semantic_category, m), product.colour];
  return [titleOf(product, m), ...notInTitle(product, more)].join(", ");
}

/** Those of `words` that the title does not say already. */
export function notInTitle({ title }: Product, words: readonly string[]): string[] {
  const folded = title.toLowerCase();
  return words.filter((word) => word && !folded.includes(word.toLowerCase()));
}

const DEMO_PAGE = /^\/demo-shop\/[\w.-]+$/;

/** The shop's page of the product; undefined unless it is an http or https address, or the demo's page in its place. */
export function shopUrl(product: Product): string | undefined {
  if (DEMO_PAGE.test(product.url)) return ROOT_PATH + product.url;
  if (!/^https?:\/\//i.test(product.url)) return undefined;
  try {
    const url = new URL(product.url);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
  } catch {
    return undefined;
  }
}
