/** What the map page and the frame that draws it say to each other; nothing else crosses between the two. */

export type Drawing = {
  /** In [-1, 1]. */
  x: number[];
  y: number[];
  /** Place in the list of colours. */
  category: number[];
};

export type Look = {
  /** #rrggbb, one a category. */
  colours: string[];
  background: string;
  /** Around the chosen point. */
  accent: string;
};

export type Order =
  | { order: "draw"; drawing: Drawing; look: Look }
  | { order: "look"; look: Look }
  /** The points to show; null for all. */
  | { order: "filter"; points: number[] | null }
  | { order: "choose"; point: number | null }
  /** Factor of the distance: below 1 comes closer. */
  | { order: "zoom"; factor: number }
  /** Fractions of what is seen; x to the right, y up. */
  | { order: "pan"; x: number; y: number }
  | { order: "reset" };

export type News =
  | { news: "ready" }
  | { news: "drawn" }
  /** There is no WebGL here, or it failed. */
  | { news: "failed" }
  | { news: "chosen"; point: number | null }
  /** The point under the pointer, at `x`, `y` CSS pixels of the frame. */
  | { news: "over"; point: number; x: number; y: number }
  | { news: "out" };

/** A message as news, if it is any; the frame's page is trusted no further than that. */
export function readNews(message: unknown, points: number): News | undefined {
  if (typeof message !== "object" || message === null || !("news" in message)) return undefined;
  const told = message as { news: unknown; point?: unknown; x?: unknown; y?: unknown };
  const point = isPoint(told.point, points) ? told.point : undefined;
  if (told.news === "ready" || told.news === "drawn" || told.news === "failed" || told.news === "out") {
    return { news: told.news };
  }
  if (told.news === "chosen" && (point !== undefined || told.point === null)) {
    return { news: "chosen", point: point ?? null };
  }
  if (told.news === "over" && point !== undefined && Number.isFinite(told.x) && Number.isFinite(told.y)) {
    return { news: "over", point, x: Number(told.x), y: Number(told.y) };
  }
  return undefined;
}

function isPoint(value: unknown, points: number): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < points;
}
