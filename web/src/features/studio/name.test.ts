import { expect, test } from "vitest";
import { cleanName, MOST_NAME_CHARS } from "./name";
import { readLookParams, readStudioParams } from "./params";

test("a name is one line, without control characters and turned writing", () => {
  expect(cleanName("  Garden\n\tparty \u202e now\u0000 ")).toBe("Garden party now");
  expect(cleanName(" \n ")).toBe("");
  expect(cleanName("<b>Ü & 'x'</b>")).toBe("<b>Ü & 'x'</b>"); // React escapes it
});

test("a name has at most 80 characters, and no half ones", () => {
  expect([...cleanName("👗".repeat(90))]).toHaveLength(MOST_NAME_CHARS);
  expect(cleanName("👗".repeat(90)).endsWith("👗")).toBe(true);
  expect(cleanName(`${"a".repeat(79)} b`)).toBe("a".repeat(79));
});

test("the addresses of the studio and of a look take a clean name, or none", () => {
  const raw = { item: ["a"], name: [" Summer\nwedding "] };
  expect(readLookParams(raw)).toEqual({ item: ["a"], name: "Summer wedding" });
  expect(readStudioParams(raw)).toEqual({ item: ["a"], name: "Summer wedding" });
  expect(readLookParams({ item: ["a"], name: [" "] })).toEqual({ item: ["a"] });
  expect(readLookParams({ item: ["a"], name: [{ nested: 1 }] })).toEqual({ item: ["a"] });
});
