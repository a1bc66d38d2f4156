import { expect, test } from "vitest";
import { type Place, placesOf } from "./places";

const ALL = ["", "outerwear", "all-body", "tops", "bottoms", "shoes", "bags", "jewellery", "scarves", "hats", "x", "y"];

const overlap = (one: Place, other: Place) =>
  one.x < other.x + other.width - 0.01 &&
  other.x < one.x + one.width - 0.01 &&
  one.y < other.y + other.height - 0.01 &&
  other.y < one.y + one.height - 0.01;

test.each(ALL.map((_, at) => at + 1))("%i pieces lie within the picture, and none on another", (count) => {
  for (const categories of [ALL.slice(0, count), ALL.slice(-count)]) {
    const places = placesOf(categories);
    expect(places).toHaveLength(count);
    for (const { x, y, width, height } of places) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(-0.01);
      expect(Math.max(x + width, y + height)).toBeLessThanOrEqual(100.01);
      expect(width * 14 * 5).toBeCloseTo(height * 15 * 4, 3); // 4:5 in a picture of 14:15
    }
    const pairs = places.flatMap((one, at) => places.slice(at + 1).map((other) => [one, other] as const));
    expect(pairs.filter(([one, other]) => overlap(one, other))).toEqual([]);
  }
});

test("garments are larger than what is worn with them, and left of it, from head to toe", () => {
  const [top, bottom, shoes, bag] = placesOf(["tops", "bottoms", "shoes", "bags"]) as [Place, Place, Place, Place];
  expect(top.width).toBeGreaterThan(shoes.width);
  expect(top.x + top.width).toBeLessThan(shoes.x);
  expect(top.y).toBeLessThan(bottom.y);
  expect(shoes.y).toBeLessThan(bag.y);
});

test("one piece fills the picture, and none leaves it empty", () => {
  expect(placesOf([""])[0]?.height).toBeGreaterThan(85);
  expect(placesOf([])).toEqual([]);
});
