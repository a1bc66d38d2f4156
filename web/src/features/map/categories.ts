/** The categories of the map's points, with their numbers of items and colours. */
import type { MapPoint } from "@/api/types";

/** Of the categories that deepstyle knows: [light theme, dark theme], each ≥ 3:1 on the page. */
const COLOURS: Readonly<Record<string, readonly [string, string]>> = {
  tops: ["#b5473c", "#f08a7c"],
  bottoms: ["#2f6db3", "#77aef0"],
  "all-body": ["#a0418f", "#e58fd6"],
  outerwear: ["#37794a", "#7cc791"],
  shoes: ["#8a5a12", "#d6a45c"],
  bags: ["#6a4fb3", "#b3a0f2"],
  jewellery: ["#a37c00", "#e6c84f"],
  hats: ["#0f7f86", "#58c6cc"],
  scarves: ["#c04a78", "#f29abc"],
  sunglasses: ["#4a4f57", "#aab1bd"],
  accessories: ["#6b7a1f", "#b7c65f"],
};
const OTHER = ["#8a8379", "#948d84"] as const;

/** The name of the unknown category in the address. */
const NAMELESS = "other";

export type Category = {
  /** As in the address; never empty. */
  key: string;
  /** As the catalogue has it; may be empty. */
  semanticCategory: string;
  count: number;
  colours: readonly [string, string];
};

export function keyOf(point: MapPoint): string {
  return point.category || NAMELESS;
}

/** The categories that occur, the largest first. */
export function categoriesOf(points: readonly MapPoint[]): Category[] {
  const counts = new Map<string, number>();
  for (const point of points) counts.set(point.category, (counts.get(point.category) ?? 0) + 1);
  return [...counts]
    .map(([semanticCategory, count]) => ({
      key: semanticCategory || NAMELESS,
      semanticCategory,
      count,
      colours: COLOURS[semanticCategory] ?? OTHER,
    }))
    .sort((a, b) => b.count - a.count || a.key.localeCompare(b.key));
}
