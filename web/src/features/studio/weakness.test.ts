import { expect, test } from "vitest";
import type { Concern, OutfitPair, OutfitPiece, ScoredOutfit } from "@/api/types";
import { en } from "@/shared/i18n/en";
import type { Photo } from "@/shared/photo/photo";
import { product } from "@/testing/products";
import { BASIS } from "@/testing/stylist";
import { type Piece, pairOf, totalOf } from "./pieces";
import { weakPlacesOf, whyWeak } from "./weakness";

function outfit(concerns: Concern[], scores = [0.2, 0.6, 0.8]): ScoredOutfit {
  const piece: OutfitPiece = { item: product(), photo: null, semantic_category: "tops" };
  const places = [
    [0, 1],
    [0, 2],
    [1, 2],
  ].slice(0, scores.length);
  const pairs = places.map((pieces, at): OutfitPair => {
    const compatibility = scores[at] ?? null;
    return { pieces, score: 0.5, compatibility, contribution: 0, reasons: [], concerns: at === 0 ? concerns : [] };
  });
  const outfit = { score: 0.5, compatibility: 0.5, concerns: [], pieces: [piece, piece, piece] };
  return { ...BASIS, ...outfit, pairs, weakest_pair: 0 };
}

function why(scored: ScoredOutfit): string[] {
  const pair = pairOf(scored, scored.weakest_pair);
  return pair ? whyWeak(pair, scored, en, {}) : [];
}

test("how well the weakest pair goes together is said in words, and what speaks against it", () => {
  const concerns: Concern[] = [
    { code: "unrelated_colours", parameters: { one: "mustard", other: "teal" } },
    { code: "competing_patterns", parameters: { one: "floral", other: "striped" } },
    { code: "never_seen_together", parameters: {} },
  ];
  expect(why(outfit(concerns))).toEqual([
    "An unusual match",
    "Nothing links the colours mustard and teal.",
    "Two patterns compete: floral and striped.",
    "No known outfit has both.",
  ]);
});

test("a pair without concerns has those words alone", () => {
  expect(why(outfit([]))).toEqual(["An unusual match"]);
  expect(why(outfit([], [0.9]))).toEqual(["Goes very well"]);
});

test("without a probability only what speaks against the pair is named", () => {
  const scored = outfit([{ code: "different_genders", parameters: { one: "women", other: "men" } }]);
  const ranked = { ...scored, pairs: scored.pairs.map((pair) => ({ ...pair, compatibility: null })) };
  expect(why(ranked)).toEqual(["One is for women, the other for men."]);
});

test("a total needs a price and one currency for every item", () => {
  expect(totalOf([product({ price: 10 }), product({ price: 2.5 })])).toEqual({ price: 12.5, currency: "EUR" });
  expect(totalOf([product({ price: null }), product()])).toBeUndefined();
  expect(totalOf([product({ currency: "USD" }), product()])).toBeUndefined();
  expect(totalOf([])).toBeUndefined();
});

test("the weakest pair is marked where both of its pieces are shown, and only among several", () => {
  const [one, other, photo] = [piece("a"), piece("b"), piece(undefined)];
  const scored = outfit([]);
  scored.pieces = ["a", "b", undefined].map((item_id): OutfitPiece => {
    return { item: item_id ? product({ item_id }) : null, photo: item_id ? null : 0, semantic_category: "tops" };
  });
  expect(weakPlacesOf(scored, [photo, other, one])).toEqual([2, 1]);
  expect(weakPlacesOf({ ...scored, weakest_pair: 1 }, [photo, other, one])).toEqual([2, 0]);
  expect(weakPlacesOf(scored, [photo, one])).toEqual([]);
  expect(weakPlacesOf(outfit([], [0.2]), [one, other])).toEqual([]);
  expect(weakPlacesOf(undefined, [one])).toEqual([]);
});

function piece(itemId: string | undefined): Piece {
  const place = { slot: itemId ?? "photo", category: "tops" };
  if (itemId) return { ...place, kind: "item", itemId, product: product({ item_id: itemId }), isLocked: false };
  return { ...place, kind: "photo", itemId: undefined, photo: { key: "p" } as unknown as Photo };
}
