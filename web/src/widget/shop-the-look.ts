import type { GarmentRow, GarmentsLine } from "@deepstyle/client";
import { make } from "./dom";
import { markBoxes } from "./photo-canvas";
import { PhotoElement } from "./photo-element";

/** `<deepstyle-shop-the-look>`: a row of products for each garment that somebody wears on the visitor's photo. */
export class ShopTheLook extends PhotoElement {
  protected override get defaultHeading(): string {
    return this.texts.headings.look;
  }

  protected override async search(photo: Blob, signal: AbortSignal): Promise<number> {
    let garments: GarmentsLine["garments"] = [];
    let count = 0;
    for await (const line of this.client.shopTheLook(photo, { k: this.count(4) }, { signal })) {
      if ("garments" in line) {
        garments = line.garments;
        markBoxes(
          this.canvas,
          garments.map(({ box }) => box),
        );
      } else if ("results" in line) {
        this.#add(line, garments[line.garment]?.semantic_category ?? "");
        count += line.results.length;
      }
    }
    this.say(garments.length === 0 ? this.texts.noGarment : this.texts.found(count));
    return count;
  }

  #add({ results, is_good_match }: GarmentRow, category: string): void {
    const names: Readonly<Record<string, string>> = this.texts.shop.semanticCategories;
    const title = this.heading(names[category] ?? category, "row-heading", 1);
    const notice = is_good_match === false ? [make("p", { part: "notice" }, this.texts.nothingAlike)] : [];
    this.found.append(title, ...notice, this.list(results.map(({ item }) => item)));
  }
}
