import { expect, test } from "vitest";
import { MOST_LOOKS, parseLooks, renamed, type SavedLook, textOf, withLook, without } from "./saved-looks";

const party: SavedLook = { name: "Party", itemIds: ["a", "b"] };
const office: SavedLook = { name: "Office", itemIds: ["c"] };

test("saved looks survive being stored", () => {
  expect(parseLooks(textOf([party, office]))).toEqual([party, office]);
});

test.each([
  ["nothing", null],
  ["no JSON", "{looks"],
  ["another shape", "7"],
  ["another version", JSON.stringify({ version: 2, looks: [party] })],
  ["no list", JSON.stringify({ version: 1, looks: {} })],
])("%s is no look", (_, text) => {
  expect(parseLooks(text)).toEqual([]);
});

test("of a list with broken looks the others are read, cleaned and bounded", () => {
  const broken = [null, 3, {}, { name: 1, itemIds: ["a"] }, { name: "x", itemIds: [] }, { name: " ", itemIds: ["a"] }];
  const odd = { name: "  Two\nlines ", itemIds: ["a", "a", 7, "", "x".repeat(201)] };
  const many = Array.from({ length: 60 }, (_, at) => `item-${at}`);
  const looks = [...broken, odd, { name: "Long", itemIds: many }];
  expect(parseLooks(JSON.stringify({ version: 1, looks }))).toEqual([
    { name: "Two lines", itemIds: ["a"] },
    { name: "Long", itemIds: many.slice(0, 50) },
  ]);
  const full = Array.from({ length: 40 }, (_, at) => ({ name: `${at}`, itemIds: [`${at}`] }));
  expect(parseLooks(textOf(full))).toHaveLength(MOST_LOOKS);
});

test("a look takes the place of one with the same items, and there is an end to it", () => {
  const again: SavedLook = { name: "Ball", itemIds: ["b", "a"] };
  expect(withLook([office, party], again)).toEqual([again, office]);
  const full = Array.from({ length: MOST_LOOKS }, (_, at): SavedLook => ({ name: `${at}`, itemIds: [`${at}`] }));
  expect(withLook(full, party)).toBeUndefined();
  expect(withLook(full, { name: "Seven", itemIds: ["7"] })?.[0]?.name).toBe("Seven");
});

test("a look keeps its photo where that is a small JPEG, and is another one than without it", () => {
  const jpeg = "data:image/jpeg;base64,/9j/4AAQ";
  const mine: SavedLook = { ...party, photo: jpeg };
  expect(parseLooks(textOf([mine]))).toEqual([mine]);
  expect(withLook([party], mine)).toEqual([mine, party]);
  for (const photo of [
    "https://other.example/a.jpg",
    "data:image/svg+xml;base64,AAAA",
    `${jpeg}${"A".repeat(60_000)}`,
    7,
  ]) {
    const stored = { version: 1, looks: [{ ...party, photo }] };
    expect(parseLooks(JSON.stringify(stored))).toEqual([party]);
  }
});

test("a look is renamed and deleted by its items", () => {
  expect(renamed([party, office], { name: "?", itemIds: ["b", "a"] }, "Ball")).toEqual([
    { ...party, name: "Ball" },
    office,
  ]);
  expect(without([party, office], party)).toEqual([office]);
});
