/** What stands in a list until its products are known, so that nothing on the page moves then. */
import { make } from "./dom";

export function placeholders(count: number): HTMLElement {
  const one = () =>
    make("li", { part: "placeholder" }, make("div", { class: "frame" }), make("div", { class: "lines" }));
  return make("ul", { part: "list", "aria-hidden": "true" }, ...Array.from({ length: count }, one));
}
