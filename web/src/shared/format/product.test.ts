import { expect, test } from "vitest";
import { en } from "@/shared/i18n/en";
import { product } from "@/testing/products";
import { altOf, categoryName, departmentOf, shopUrl, titleOf } from "./product";

test.each([
  ["https://shop.example/boots?a=1", "https://shop.example/boots?a=1"],
  ["HTTP://shop.example/boots", "http://shop.example/boots"],
  ["javascript:alert(1)", undefined],
  ["  javascript:alert(1)", undefined],
  ["java\nscript:alert(1)", undefined],
  ["data:text/html,<script>1</script>", undefined],
  ["//shop.example/boots", undefined],
  ["/boots", undefined],
  ["/demo-shop/sh-1f6b14a6", "/demo-shop/sh-1f6b14a6"],
  ["/demo-shop/../v1/info", undefined],
  ["/demo-shop//shop.example", undefined],
  ["https://", undefined],
  ["", undefined],
])("the shop's address %j is followed as %j", (url, expected) => {
  expect(shopUrl(product({ url }))).toBe(expected);
});

test("the alternative text is title, category and colour, without repetition", () => {
  expect(altOf(product(), en)).toBe("Leather ankle boots, black");
  expect(altOf(product({ title: "Bella", colour: "red" }), en)).toBe("Bella, Ankle Boots, red");
  expect(altOf(product({ title: "Bella", category: "", colour: "" }), en)).toBe("Bella, Shoes");
});

test("an item without a title is called by its category, else untitled", () => {
  expect(titleOf(product({ title: "" }), en)).toBe("Ankle Boots");
  expect(titleOf(product({ title: "", category: "" }), en)).toBe("Untitled item");
});

test("a category that the catalogue of words does not know stays as it is", () => {
  expect(categoryName("bags", en)).toBe("Bags");
  expect(categoryName("umbrellas", en)).toBe("umbrellas");
});

test("a category that the encoder saw says so, and how sure it is", () => {
  expect(departmentOf(product(), en)).toBe("Shoes");
  const seen = product({ category_source: "encoder", category_confidence: 0.934 });
  expect(departmentOf(seen, en)).toBe("Shoes (seen in the picture, 93% sure)");
});
