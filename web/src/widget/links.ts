/** Where a product leads to. */
import type { Product } from "@/api/types";
import { shopUrl } from "@/shared/format/product";

/** The product's page: by `template`, such as `/products/{item_id}`, else as the catalogue says; undefined for none. */
export function linkOf(product: Product, template: string | null): string | undefined {
  if (template === null) return shopUrl(product);
  const path = template
    .replaceAll("{item_id}", encodeURIComponent(product.item_id))
    .replaceAll("{model_id}", encodeURIComponent(product.model_id));
  if (!URL.canParse(path, document.baseURI)) return undefined;
  const url = new URL(path, document.baseURI);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
}
