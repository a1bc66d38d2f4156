import { expect, test } from "vitest";
import { formatCount, formatPrice, formatScore } from "./numbers";

test.each([
  [129, "EUR", "en", "€129.00"],
  [129, "EUR", "de", "129,00 €"],
  [1299.5, "USD", "en", "$1,299.50"],
  [5, "", "en", "5.00"],
  [5, "points", "en", "5.00 points"],
  [null, "EUR", "en", ""],
] as const)("the price %s %s in %s is %s", (price, currency, language, expected) => {
  expect(formatPrice(price, currency, language).replace(/\s/g, " ")).toBe(expected);
});

test("a score has two decimals", () => {
  expect(formatScore(0.7817, "en")).toBe("0.78");
  expect(formatScore(1, "de")).toBe("1,00");
});

test("a count has its thousands apart", () => {
  expect(formatCount(1400, "en")).toBe("1,400");
  expect(formatCount(1400, "de")).toBe("1.400");
});
