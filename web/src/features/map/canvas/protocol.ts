/** The messages between the map page and the frame that draws the map; nothing else crosses between them. */

export type Drawing = {
  /** In [-1, 1]. */
  x: number[];
  y: number[];
  /** Place in the list of colours. */
  category: number[];
};

export type Look = {
  /** #rrggbb, one per category. */
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
  /** Factor of the distance: below 1 zooms in. */
  | { order: "zoom"; factor: number }
  /** Fractions of the visible part; x to the right, y up. */
  | { order: "pan"; x: number; y: number }
  | { order: "reset" };

export type News =
  | { news: "ready" }
  | { news: "drawn" }
  /** WebGL is missing or failed. */
  | { news: "failed" }
  | { news: "chosen"; point: number | null }
  /** The point under the pointer, at `x`, `y` CSS pixels of the frame. */
  | { news: "over"; point: number; x: number; y: number }
  | { news: "out" };

/** A message as news; undefined for anything else, since the frame's page is not trusted. */
export function readNews(message: unknown, points: number): News | undefined {
  if (typeof message !== "object" || message === null || !("news" in message)) return undefined;
  const raw = message as { news: unknown; point?: unknown; x?: unknown; y?: unknown };
  const point = isPoint(raw.point, points) ? raw.point : undefined;
  if (raw.news === "ready" || raw.news === "drawn" || raw.news === "failed" || raw.news === "out") {
    return { news: raw.news };
  }
  if (raw.news === "chosen" && (point !== undefined || raw.point === null)) {
    return { news: "chosen", point: point ?? null };
  }
  if (raw.news === "over" && point !== undefined && Number.isFinite(raw.x) && Number.isFinite(raw.y)) {
    return { news: "over", point, x: Number(raw.x), y: Number(raw.y) };
  }
  return undefined;
}

function isPoint(value: unknown, points: number): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < points;
}
