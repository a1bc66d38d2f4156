/** The pieces of an outfit as the board shows them, from head to toe. */
import type { OutfitPiece, Product, ScoredOutfit } from "@/api/types";
import { categoryName, titleOf } from "@/shared/format/product";
import type { Messages } from "@/shared/i18n/messages";
import type { Photo } from "@/shared/photo/photo";
import type { Outfit } from "./outfit";
import type { Wardrobe } from "./wardrobe";

export type Piece = {
  /** Stays the same when another item takes the place. */
  readonly slot: string;
  readonly category: string;
} & (
  | { readonly kind: "item"; readonly itemId: string; readonly product: Product; readonly isLocked: boolean }
  | { readonly kind: "photo"; readonly itemId: undefined; readonly photo: Photo }
);

/** The photo, then the items whose product is loaded; `photoCategory` is "" until the server has recognised it. */
export function piecesOf(
  outfit: Outfit,
  products: ReadonlyMap<string, Product>,
  photo: Photo | undefined,
  photoCategory: string,
  { placeOf }: Wardrobe,
): Piece[] {
  const known = outfit.itemIds.flatMap((itemId) => products.get(itemId) ?? []);
  const sorted = known.sort((one, other) => placeOf(one.semantic_category) - placeOf(other.semantic_category));
  const used: Record<string, number> = {};
  const items = sorted.map((product): Piece => {
    const { item_id: itemId, semantic_category: category } = product;
    used[category] = (used[category] ?? 0) + 1;
    const isLocked = outfit.lockedIds.includes(itemId);
    return { kind: "item", slot: `${category} ${used[category]}`, category, itemId, product, isLocked };
  });
  return photo
    ? [{ kind: "photo", slot: "photo", category: photoCategory, itemId: undefined, photo }, ...items]
    : items;
}

export function nameOf(piece: Piece, m: Messages): string {
  return piece.kind === "photo" ? m.studio.yourPhoto : titleOf(piece.product, m);
}

export function nameOfOutfitPiece(piece: OutfitPiece | undefined, m: Messages): string {
  return piece?.item ? titleOf(piece.item, m) : m.studio.yourPhoto;
}

/** Whether the catalogue says that it cannot be bought now. */
export function isOutOfStock({ availability }: Product): boolean {
  return availability === "out of stock";
}

/** The known categories of the pieces. */
export function wornBy(pieces: readonly Piece[]): string[] {
  return pieces.map(({ category }) => category).filter(Boolean);
}

export function categoryOfPiece(piece: Piece, m: Messages): string {
  return piece.category || piece.kind === "item" ? categoryName(piece.category, m) : m.studio.yourPhoto;
}

/** A pair of `scored`, by its place in `pairs`, with its two pieces. */
export function pairOf(scored: ScoredOutfit, at: number) {
  const pair = scored.pairs[at];
  const [first, second] = pair?.pieces.map((place) => scored.pieces[place]) ?? [];
  return pair && first && second ? { ...pair, first, second } : undefined;
}

/** The total price of all items; undefined where a price is missing or the currencies differ. */
export function totalOf(products: readonly Product[]): { price: number; currency: string } | undefined {
  const [first] = products;
  const isKnown = first && products.every(({ price, currency }) => price !== null && currency === first.currency);
  if (!isKnown) return undefined;
  return { price: products.reduce((sum, { price }) => sum + (price ?? 0), 0), currency: first.currency };
}
