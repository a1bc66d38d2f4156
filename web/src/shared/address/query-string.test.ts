import { expect, test } from "vitest";
import { parseQuery, writeQuery } from "./query-string";

test("lists repeat their name, and nothing is JSON", () => {
  expect(writeQuery({ brand: ["A & B", "C"], price_min: 0, text: "", like: undefined })).toBe(
    "?brand=A+%26+B&brand=C&price_min=0",
  );
  expect(writeQuery({})).toBe("");
});

test("what was written is read again, numbers and odd signs as text", () => {
  const search = { brand: ["A & B", "[1]"], item: ["10000-24", "007"] };
  expect(parseQuery(writeQuery(search))).toEqual(search);
});

test("a query that was written by hand does not break", () => {
  expect(parseQuery("?a=%E0%A4%A&b&=c&__proto__=x")).toMatchObject({ b: [""] });
});
