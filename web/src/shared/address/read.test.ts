import { expect, test } from "vitest";
import { readAmount, readList, readText } from "./read";

test("lists lose what is empty, repeated, too long or not text", () => {
  expect(readList({ a: ["x", "x", "", "y", { z: 1 }, "l".repeat(201), 7] }, "a")).toEqual(["x", "y", "7"]);
  expect(readList({ a: "x" }, "a")).toEqual(["x"]);
  expect(readList({}, "a")).toEqual([]);
  expect(readList({ a: Array.from({ length: 99 }, (_, at) => `${at}`) }, "a")).toHaveLength(50);
});

test("text is the first value", () => {
  expect(readText({ a: ["x", "y"] }, "a")).toBe("x");
  expect(readText({}, "a")).toBeUndefined();
});

test.each([
  ["12.5", 12.5],
  ["0", 0],
  ["-1", undefined],
  ["abc", undefined],
  ["Infinity", undefined],
  [undefined, undefined],
])("the amount %j is %j", (text, expected) => {
  expect(readAmount({ a: text === undefined ? [] : [text] }, "a")).toBe(expected);
});
