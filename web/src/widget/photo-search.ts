import { PhotoElement } from "./photo-element";
import { patiently } from "./retry";

/** `<deepstyle-photo-search>`: products that look like the visitor's photo. */
export class PhotoSearch extends PhotoElement {
  protected override get defaultHeading(): string {
    return this.texts.headings.photo;
  }

  protected override async search(photo: Blob, signal: AbortSignal): Promise<number> {
    const k = this.count(10);
    const answer = await patiently(() => this.client.searchByPhoto(photo, { k }, { signal }), signal);
    const products = answer.results.map(({ item }) => item);
    this.found.replaceChildren(this.list(products));
    if (products.length === 0) this.say(this.texts.nothing);
    else this.say(answer.is_good_match === false ? this.texts.nothingAlike : this.texts.found(products.length));
    return products.length;
  }
}
