/** Elements built one by one: no text is ever read as HTML, so the page may require Trusted Types. */
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element; `true` gives an empty attribute, `false` and undefined none. Its part has the name `part`. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...content);
  return element;
}
