import { expect, test } from "vitest";
import { readSearchParams } from "./params";

test("filters are read, whatever else the address says", () => {
  const raw = { brand: ["A", "B"], price_min: ["10"], price_max: ["-3"], text: ["boots"], utm_source: ["x"] };
  expect(readSearchParams(raw)).toEqual({ brand: ["A", "B"], price_min: 10, text: "boots" });
});

test("the colour of the query is ignored or replaced, else what the model says", () => {
  expect(readSearchParams({ tint: ["#27365F"] })).toEqual({ tint: "#27365F" });
  expect(readSearchParams({ tint: ["ignore"] })).toEqual({ tint: "ignore" });
  expect(readSearchParams({ tint: ["red"] })).toEqual({});
});

test("words go with an item or a photo, and what is literal with words", () => {
  expect(readSearchParams({ photo: ["1"], text: ["but red"], literal: ["red"] })).toEqual({
    photo: "1",
    text: "but red",
    literal: ["red"],
  });
  expect(readSearchParams({ with: ["b"], text: ["red"], literal: ["red"] })).toEqual({ with: "b" });
  expect(readSearchParams({ literal: ["red"] })).toEqual({});
});

test("reads an order that there is, and no other", () => {
  expect(readSearchParams({ sort: ["-price"] })).toEqual({ sort: "-price" });
  expect(readSearchParams({ sort: ["best"] })).toEqual({});
});

test("a page compares with one thing only", () => {
  expect(readSearchParams({ like: ["a"], photo: ["1"] })).toEqual({ like: "a" });
  expect(readSearchParams({ like: ["a"], with: ["b"] })).toEqual({ like: "a" });
  expect(readSearchParams({ with: ["b"] })).toEqual({ with: "b" });
});
