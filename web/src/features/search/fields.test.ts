import { expect, test } from "vitest";
import { countConditions, filterOf, toggleValue, withoutFilters, withTint } from "./fields";

test("a value is set, then unset, and an empty list leaves the address", () => {
  const set = toggleValue({ like: "a" }, "colour", "red");
  expect(set).toEqual({ like: "a", colour: ["red"] });
  expect(toggleValue(set, "colour", "blue")).toEqual({ like: "a", colour: ["red", "blue"] });
  expect(toggleValue(set, "colour", "red")).toEqual({ like: "a" });
});

test("the filter is all but what is compared with", () => {
  expect(filterOf({ like: "a", brand: ["B"], text: "x" })).toEqual({ brand: ["B"], text: "x" });
  expect(withoutFilters({ with: "a", brand: ["B"], price_max: 9 })).toEqual({ with: "a" });
});

test("the choice of colour is no filter, but goes to the API beside the colours", () => {
  expect(filterOf({ like: "a", tint: "ignore", colour: ["red"] })).toEqual({ colour: ["red"] });
  expect(withoutFilters({ like: "a", tint: "ignore", colour: ["red"] })).toEqual({ like: "a", tint: "ignore" });
  expect(withTint({ colour: ["red"] }, "ignore")).toEqual({ colour: ["red", "ignore"] });
  expect(withTint({}, undefined)).toEqual({});
});

test("each value and each kind of other condition counts once", () => {
  expect(countConditions({})).toBe(0);
  expect(countConditions({ brand: ["A", "B"], price_min: 0, price_max: 9, text: "x" })).toBe(4);
});
