/** What the addresses of the studio and of a shared look say: item ids, never a photo. */
import { readList, readText } from "@/shared/address/read";

export type StudioParams = {
  /** The outfit's items; a single one is what an outfit is built around. */
  item?: string[];
  /** Which of them stay when the others change. */
  lock?: string[];
  /** "1" where the photo that is being searched with (`usePhoto`) is part of the outfit. */
  photo?: string;
  /** "no" to show a single piece as it is, because its outfit was taken apart. */
  fill?: string;
};

export function readStudioParams(raw: Record<string, unknown>): StudioParams {
  const items = readList(raw, "item");
  const locked = readList(raw, "lock").filter((itemId) => items.includes(itemId));
  return {
    ...(items.length > 0 && { item: items }),
    ...(locked.length > 0 && { lock: locked }),
    ...(readText(raw, "photo") === "1" && { photo: "1" }),
    ...(readText(raw, "fill") === "no" && { fill: "no" }),
  };
}

export type LookParams = { item?: string[] };

export function readLookParams(raw: Record<string, unknown>): LookParams {
  const items = readList(raw, "item");
  return items.length > 0 ? { item: items } : {};
}
