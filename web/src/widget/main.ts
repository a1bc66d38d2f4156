/** The script that shops embed: it defines the elements, and does nothing until a page has one of them. */
import { GoesWith } from "./goes-with";
import { PhotoSearch } from "./photo-search";
import { ShopTheLook } from "./shop-the-look";
import { Similar } from "./similar";

const ELEMENTS = {
  "deepstyle-similar": Similar,
  "deepstyle-goes-with": GoesWith,
  "deepstyle-photo-search": PhotoSearch,
  "deepstyle-shop-the-look": ShopTheLook,
};

for (const [name, element] of Object.entries(ELEMENTS)) {
  if (!customElements.get(name)) customElements.define(name, element); // a theme may include the script twice
}
