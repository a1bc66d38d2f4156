/** What is worn with what, by the rules that the server serves. */
import type { OutfitRules } from "@/api/types";

export type Wardrobe = ReturnType<typeof wardrobeOf>;

export function wardrobeOf({ max_pieces: maxPieces, slots, clashes, essentials }: OutfitRules) {
  /** Whether the two are never worn together: two of one category, or a dress with a top or trousers. */
  const isClash = (one: string, other: string): boolean => clashes[one]?.includes(other) ?? false;
  const fits = (category: string, worn: readonly string[]) => !worn.some((other) => isClash(category, other));

  /** The place of a category from head to toe; unknown ones come last. */
  function placeOf(category: string): number {
    const at = slots.indexOf(category);
    return at < 0 ? slots.length : at;
  }

  return {
    maxPieces,
    isClash,
    placeOf,
    inOrder: (categories: readonly string[]) => [...categories].sort((one, other) => placeOf(one) - placeOf(other)),
    /** The essentials that an outfit of these categories still lacks. */
    missingFrom: (worn: readonly string[]) => essentials.filter((category) => fits(category, worn)),
    /** What can be added to these categories, of those that the shop has. */
    addableTo: (worn: readonly string[], inShop: readonly string[]) =>
      slots.filter((category) => inShop.includes(category) && fits(category, worn)),
  };
}
