import { expect, test } from "vitest";
import { info } from "@/testing/info";
import { product } from "@/testing/products";
import { scored } from "@/testing/stylist";
import {
  isSame,
  isStart,
  mostDifferent,
  type Outfit,
  outfitOf,
  paramsOf,
  planOf,
  remove,
  swap,
  toggleLock,
} from "./outfit";
import { readLookParams, readStudioParams } from "./params";
import { wardrobeOf } from "./wardrobe";

const wardrobe = wardrobeOf(info().outfit);
const outfit: Outfit = { itemIds: ["a", "b", "c"], lockedIds: ["b"], hasPhoto: false };
const categories: Readonly<Record<string, string>> = { a: "tops", b: "bottoms", c: "shoes", d: "all-body", e: "shoes" };
const categoryOf = (itemId: string) => categories[itemId] ?? "";

test("an outfit survives its address", () => {
  const photographed = { ...outfit, hasPhoto: true };
  expect(outfitOf(readStudioParams({ ...paramsOf(photographed) }), 12)).toEqual(photographed);
});

test("an address is not trusted: unknown locks, other words for the photo and too many items are left out", () => {
  const many = Array.from({ length: 40 }, (_, at) => `item-${at}`);
  expect(readStudioParams({ item: ["a"], lock: ["b"], photo: ["blob:x"] })).toEqual({ item: ["a"] });
  expect(readLookParams({ item: ["a"], photo: ["1"] })).toEqual({ item: ["a"] });
  const asked = readStudioParams({ item: many, lock: ["item-0", "item-11", "item-12"] });
  expect(outfitOf(asked, 12)).toEqual({
    itemIds: many.slice(0, 12),
    lockedIds: ["item-0", "item-11"],
    hasPhoto: false,
  });
  expect(outfitOf({ ...asked, photo: "1" }, 12).itemIds).toHaveLength(11);
});

test("one piece is a start, unless its outfit was taken apart", () => {
  expect(isStart({ item: ["a"] })).toBe(true);
  expect(isStart({ photo: "1" })).toBe(true);
  expect(isStart({ item: ["a"], photo: "1" })).toBe(false);
  expect(isStart({})).toBe(false);
  expect(isStart(paramsOf({ itemIds: ["a"], lockedIds: [], hasPhoto: false }))).toBe(false);
});

test("a swapped piece keeps its place and its lock; a removed one loses both", () => {
  expect(swap(outfit, "b", "x")).toEqual({ ...outfit, itemIds: ["a", "x", "c"], lockedIds: ["x"] });
  expect(remove(outfit, "b")).toEqual({ ...outfit, itemIds: ["a", "c"], lockedIds: [] });
  const photographed = { ...outfit, hasPhoto: true };
  expect(swap(photographed, undefined, "x")).toEqual({ ...outfit, itemIds: ["x", "a", "b", "c"] });
  expect(remove(photographed, undefined)).toEqual(outfit);
});

test("a lock is set and taken back", () => {
  expect(toggleLock(outfit, "a").lockedIds).toEqual(["b", "a"]);
  expect(toggleLock(outfit, "b").lockedIds).toEqual([]);
});

test("what is locked stays, the other categories are filled anew", () => {
  expect(planOf(outfit, categoryOf, wardrobe)).toEqual({ keptIds: ["b"], slots: ["tops", "shoes"] });
});

test("where nothing is locked the photo stays, else the anchor, else the first piece", () => {
  const loose = { ...outfit, lockedIds: [] };
  expect(planOf({ ...loose, hasPhoto: true }, categoryOf, wardrobe).keptIds).toEqual([]);
  expect(planOf(loose, categoryOf, wardrobe, "c").keptIds).toEqual(["c"]);
  expect(planOf(loose, categoryOf, wardrobe).keptIds).toEqual(["a"]);
});

test("no category is filled twice, nor beside one that nobody wears it with, nor an unknown one", () => {
  const odd: Outfit = { itemIds: ["c", "e", "a", "d", "?"], lockedIds: [], hasPhoto: true };
  expect(planOf(odd, categoryOf, wardrobe)).toEqual({ keptIds: ["e", "d", "?"], slots: ["tops", "shoes"] });
});

test("looks differ as much as they can, and the best comes first", () => {
  const outfitOfItems = (...ids: string[]) =>
    scored(
      ids.map((item_id) => {
        return { item: product({ item_id }), photo: null, semantic_category: "tops" };
      }),
    );
  const ranked = [
    outfitOfItems("k", "a", "b"),
    outfitOfItems("k", "a", "c"),
    outfitOfItems("k", "d", "b"),
    outfitOfItems("k", "e", "f"),
    outfitOfItems("k", "e", "g"),
  ];
  expect(mostDifferent(ranked, 3)).toEqual([ranked[0], ranked[3], ranked[1]]);
  expect(mostDifferent(ranked.slice(0, 2), 3)).toHaveLength(2);
});

test("outfits are the same whatever the order of their items", () => {
  expect(isSame(["a", "b"], ["b", "a"])).toBe(true);
  expect(isSame(["a", "b"], ["a", "c"])).toBe(false);
  expect(isSame(["a"], ["a", "b"])).toBe(false);
});

test("the wardrobe follows the served rules", () => {
  const { missingFrom, isClash, addableTo, placeOf } = wardrobe;
  expect(missingFrom(["all-body"])).toEqual(["shoes", "bags"]);
  expect(missingFrom(["tops", "bags"])).toEqual(["bottoms", "shoes"]);
  expect(isClash("tops", "all-body")).toBe(true);
  expect(isClash("shoes", "bags")).toBe(false);
  expect(isClash("umbrellas", "bags")).toBe(false);
  expect(addableTo(["tops", "shoes"], ["all-body", "shoes", "hats", "bottoms"])).toEqual(["bottoms", "hats"]);
  expect(placeOf("umbrellas")).toBe(11);
});
