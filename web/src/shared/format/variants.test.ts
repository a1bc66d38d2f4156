import { expect, test } from "vitest";
import { de } from "@/shared/i18n/de";
import { en } from "@/shared/i18n/en";
import { product, variants } from "@/testing/products";
import { isSoldOut, priceInWords, severalVariants, variantsInWords, variantWith } from "./variants";

test.each([
  [["red", "blue"], ["S", "M", "L"], "2 colours · 3 sizes", "2 Farben · 3 Größen"],
  [["red"], ["S", "M"], "2 sizes", "2 Größen"],
  [["red", "blue"], ["S"], "2 colours", "2 Farben"],
])("the variants in %j and %j are described", (colours, sizes, english, german) => {
  expect(variantsInWords(variants(colours, sizes), en)).toBe(english);
  expect(variantsInWords(variants(colours, sizes), de)).toBe(german);
});

test("variants that differ in neither are counted", () => {
  expect(variantsInWords({ ...variants(["red"], ["S"]), count: 3 }, en)).toBe("3 variants");
});

test("a product alone has no variants", () => {
  expect(severalVariants(product())).toBeUndefined();
  expect(severalVariants(product({ variants: variants(["red"], ["S"]) }))).toBeUndefined();
});

test("prices of variants are a range in one currency", () => {
  const several = variants(["red"], ["S", "M"]);
  expect(priceInWords(product(), "en")).toBe("€129.00");
  expect(priceInWords(product({ variants: several }), "en")).toBe("€19.00 – €29.00");
  expect(priceInWords(product({ variants: { ...several, price_max: 19 }, price: 19 }), "en")).toBe("€19.00");
  expect(priceInWords(product({ variants: { ...several, price_min: null, price_max: null }, price: null }), "en")).toBe(
    "",
  );
});

test("a size is sold out where it is in every colour", () => {
  const several = variants(["red", "blue"], ["S", "M"], ["red-S", "blue-S", "red-M"]);
  expect(["S", "M"].map((size) => isSoldOut(several, "size", size))).toEqual([true, false]);
  expect(isSoldOut(several, "colour", "RED")).toBe(true);
});

test("another size stays in the colour, another colour in the size", () => {
  const item = product({ colour: "Red", size: "M", variants: variants(["red", "blue"], ["S", "M"], ["blue-M"]) });
  expect(variantWith(item, "size", "S")).toBe("red-S");
  expect(variantWith(item, "colour", "blue")).toBe("blue-M");
  expect(variantWith(item, "size", "XXL")).toBeUndefined();
});
