import { expect, test } from "vitest";
import type { OutfitPair, Product, ScoredOutfit } from "@/api/types";
import { reasonInWords } from "@/shared/format/reasons";
import { de } from "@/shared/i18n/de";
import { en } from "@/shared/i18n/en";
import { product } from "@/testing/products";
import { pairOf, totalOf } from "./pieces";
import { whyWeak } from "./weakness";

function outfit(one: Partial<Product> | null, other: Partial<Product>, reasons: string[] = []): ScoredOutfit {
  const piece = (told: Partial<Product> | null) => ({
    item: told && product(told),
    photo: told ? null : 0,
    semantic_category: "tops",
  });
  const pair = (pieces: [number, number], compatibility: number, why: string[] = []): OutfitPair => {
    return { pieces, compatibility, contribution: 0, reasons: why };
  };
  const pairs = [pair([0, 1], 0.2, reasons), pair([0, 2], 0.6), pair([1, 2], 0.8)];
  return { compatibility: 0.5, pieces: [piece(one), piece(other), piece({})], pairs, weakest_pair: 0 };
}

function why(told: ScoredOutfit, m = en): string[] {
  const pair = pairOf(told, told.weakest_pair);
  return pair ? whyWeak(pair, told, m, "en") : [];
}

test("the weakest pair is compared with the others, and what its items lack is named", () => {
  expect(why(outfit({ colour: "mustard", pattern: "floral" }, { colour: "teal", pattern: "striped" }))).toEqual([
    "0.20 together; the other pairs reach 0.70 on average.",
    "Nothing links the colours mustard and teal.",
    "Two patterns compete: floral and striped.",
    "No outfit that we know has both.",
  ]);
});

test("nothing is said against what speaks for the pair", () => {
  const reasons = ["styled together in 2 outfits", "black is neutral and goes with teal"];
  expect(why(outfit({ colour: "black", pattern: "plain" }, { colour: "teal", pattern: "striped" }, reasons))).toEqual([
    "0.20 together; the other pairs reach 0.70 on average.",
  ]);
});

test("nothing is said of a photo, of which the catalogue knows nothing", () => {
  expect(why(outfit(null, { colour: "teal" }))).toHaveLength(1);
});

test("the server's reasons are told in the language of the page", () => {
  const words = (reason: string) => reasonInWords(reason, de);
  expect(words("styled together in 1 outfit")).toBe("in 1 Outfit zusammen getragen");
  expect(words("styled together in 12 outfits")).toBe("in 12 Outfits zusammen getragen");
  expect(words("black is neutral and goes with teal")).toBe("black ist neutral und passt zu teal");
  expect(words("navy and teal are both cool colours")).toBe("navy und teal sind beide kühle Farben");
  expect(words("plain lets the floral stand out")).toBe("Einfarbiges bringt das Muster (floral) zur Geltung");
  expect(words("both plain")).toBe("beide einfarbig");
  expect(words("both evening")).toBe("beide für den Abend");
  expect(words("both red")).toBe("beide red");
  expect(words("something new")).toBe("something new");
});

test("a total needs a price and one currency for every item", () => {
  expect(totalOf([product({ price: 10 }), product({ price: 2.5 })])).toEqual({ price: 12.5, currency: "EUR" });
  expect(totalOf([product({ price: null }), product()])).toBeUndefined();
  expect(totalOf([product({ currency: "USD" }), product()])).toBeUndefined();
  expect(totalOf([])).toBeUndefined();
});
