import { expect, test } from "vitest";
import { countConditions, filterOf, toggleLiteral, toggleValue, withoutFilters, withText, withTint } from "./fields";

test("a value is set, then unset, and an empty list leaves the address", () => {
  const set = toggleValue({ like: "a" }, "colour", "red");
  expect(set).toEqual({ like: "a", colour: ["red"] });
  expect(toggleValue(set, "colour", "blue")).toEqual({ like: "a", colour: ["red", "blue"] });
  expect(toggleValue(set, "colour", "red")).toEqual({ like: "a" });
});

test("the filter is all but what is searched for", () => {
  expect(filterOf({ like: "a", brand: ["B"], text: "x", literal: ["x"] })).toEqual({ brand: ["B"] });
  expect(withoutFilters({ photo: "1", text: "x", brand: ["B"], price_max: 9 })).toEqual({ photo: "1", text: "x" });
});

test("the choice of colour is no filter, but goes to the API beside the colours", () => {
  expect(filterOf({ like: "a", tint: "ignore", colour: ["red"] })).toEqual({ colour: ["red"] });
  expect(withoutFilters({ like: "a", tint: "ignore", colour: ["red"] })).toEqual({ like: "a", tint: "ignore" });
  expect(withTint({ colour: ["red"] }, "ignore")).toEqual({ colour: ["red", "ignore"] });
  expect(withTint({}, undefined)).toEqual({});
});

test("each value and each kind of other condition counts once", () => {
  expect(countConditions({})).toBe(0);
  expect(countConditions({ brand: ["A", "B"], price_min: 0, price_max: 9 })).toBe(3);
});

test("other words forget what was to be taken literally in the old ones", () => {
  const params = toggleLiteral({ like: "a", text: "red boots" }, "red");
  expect(params).toEqual({ like: "a", text: "red boots", literal: ["red"] });
  expect(toggleLiteral(params, "red")).toEqual({ like: "a", text: "red boots" });
  expect(withText(params, " black ")).toEqual({ like: "a", text: "black" });
  expect(withText(params, " ")).toEqual({ like: "a" });
});
