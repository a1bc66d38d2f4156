import type { Product } from "@/api/types";
import { ItemElement } from "./item-element";

/** `<deepstyle-similar item-id="…">`: products that look like this one. */
export class Similar extends ItemElement {
  protected override readonly usual = 8;

  protected override get defaultHeading(): string {
    return this.texts.headings.similar;
  }

  protected override async find(itemId: string, k: number, signal: AbortSignal): Promise<Product[]> {
    const { results } = await this.client.similar(itemId, { k }, { signal });
    return results.map(({ item }) => item);
  }
}
