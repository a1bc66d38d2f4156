import { expect, test } from "vitest";
import { cropField } from "./photo";

test("a crop is sent in fractions with four decimals", () => {
  expect(cropField({ x: 1 / 3, y: 0, width: 0.5, height: 0.6666666 })).toBe("0.3333,0,0.5,0.6667");
  expect(cropField(undefined)).toBe("");
});
