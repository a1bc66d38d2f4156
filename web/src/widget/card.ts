/** A product in a list: its picture, title, brand and price, all of it one link to the shop's page. */
import type { DeepstyleClient } from "@deepstyle/client";
import type { ImageWidth, Product } from "@/api/types";
import { formatPrice } from "@/shared/format/numbers";
import { priceInWords } from "@/shared/format/variants";
import type { Language } from "@/shared/i18n/language";
import { make } from "./dom";
import type { Texts } from "./texts";

export type CardOptions = {
  client: DeepstyleClient;
  texts: Texts;
  language: Language;
  linkOf: (product: Product) => string | undefined;
  /** Whether the link is to be followed. */
  onSelect: (product: Product) => boolean;
};

const WIDTHS: readonly ImageWidth[] = [160, 320, 640];

export function card(product: Product, options: CardOptions): HTMLLIElement {
  const { texts, linkOf, onSelect } = options;
  const title = product.title || product.category || texts.shop.card.untitled;
  const content = [
    picture(product, options.client),
    make("span", { part: "title" }, title),
    ...(product.brand ? [make("span", { part: "brand" }, product.brand)] : []),
    price(product, options),
  ];
  const href = linkOf(product);
  const box =
    href === undefined ? make("div", { part: "item" }, ...content) : make("a", { part: "link", href }, ...content);
  if (href !== undefined) {
    box.addEventListener("click", (event) => {
      if (!onSelect(product)) event.preventDefault();
    });
  }
  return make("li", { part: "card", "data-item-id": product.item_id }, box);
}

/** Without a text of its own: the title is beside it. */
function picture(product: Product, client: DeepstyleClient): HTMLImageElement {
  const image = make("img", {
    part: "picture",
    alt: "",
    width: 320,
    height: 400,
    loading: "lazy",
    decoding: "async",
    crossorigin: "anonymous", // no cookies
    referrerpolicy: "no-referrer",
    sizes: "(width >= 48rem) 15rem, 45vw",
    srcset: WIDTHS.map((width) => `${client.imageUrl(product, width)} ${width}w`).join(", "),
    src: client.imageUrl(product, 320),
  });
  image.addEventListener("error", () => image.toggleAttribute("data-missing", true));
  return image;
}

function price(product: Product, { texts, language }: CardOptions): HTMLElement {
  const line = make("span", { part: "price" }, priceInWords(product, language));
  const { price: now, regular_price: before } = product;
  if (now === null || before === null || before <= now) return line;
  const formerly = make("s", { part: "regular-price" }, formatPrice(before, product.currency, language));
  line.append(" ", make("span", { class: "unseen" }, texts.insteadOf), " ", formerly);
  return line;
}
