/** The stylesheet that all elements share. It is made by script, which needs no `style-src` of the page. */
import css from "./widget.css?inline";

let made: CSSStyleSheet | undefined;

export function sheet(): CSSStyleSheet {
  if (made === undefined) {
    made = new CSSStyleSheet();
    made.replaceSync(css);
  }
  return made;
}
