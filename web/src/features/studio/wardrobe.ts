/** What is worn with what, as the server has it: the order from head to toe, what clashes, what an outfit needs. */

/** The most pieces that the server scores together. */
export const MAX_PIECES = 12;

/** The order in which an outfit is shown. */
export const CATEGORIES = [
  "outerwear",
  "all-body",
  "tops",
  "bottoms",
  "shoes",
  "bags",
  "jewellery",
  "scarves",
  "hats",
  "sunglasses",
  "accessories",
] as const;

const CLASHES: Readonly<Record<string, readonly string[]>> = {
  "all-body": ["tops", "bottoms"],
  tops: ["all-body"],
  bottoms: ["all-body"],
};

/** Whether nobody wears both: two of one category, or a dress with a top or trousers. */
export function clashes(one: string, other: string): boolean {
  return one === other || (CLASHES[one]?.includes(other) ?? false);
}

/** The place of a category in an outfit; what is unknown comes last. */
export function placeOf(category: string): number {
  const at = (CATEGORIES as readonly string[]).indexOf(category);
  return at < 0 ? CATEGORIES.length : at;
}

/** What an outfit of these categories still needs: something on the body, shoes, a bag. */
export function missingFrom(worn: readonly string[]): string[] {
  const needed = worn.includes("all-body") ? ["shoes", "bags"] : ["tops", "bottoms", "shoes", "bags"];
  return needed.filter((category) => !worn.includes(category));
}

/** What can be added to these categories, of those that the shop has. */
export function addableTo(worn: readonly string[], inShop: readonly string[]): string[] {
  return CATEGORIES.filter((name) => inShop.includes(name) && !worn.some((other) => clashes(name, other)));
}
