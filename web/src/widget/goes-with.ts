import type { Product } from "@/api/types";
import { ItemElement } from "./item-element";

/** `<deepstyle-goes-with item-id="…">`: products to wear with this one, the best of each category. */
export class GoesWith extends ItemElement {
  protected override readonly usual = 6;

  protected override get defaultHeading(): string {
    return this.texts.headings.goesWith;
  }

  protected override async find(itemId: string, count: number, signal: AbortSignal): Promise<Product[]> {
    const { categories } = await this.client.compatible(itemId, { k: 1 }, { signal });
    return categories.flatMap(({ results }) => results.map(({ item }) => item)).slice(0, count);
  }
}
