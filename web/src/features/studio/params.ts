/** STUDIO'S OWN FILE. What the addresses of the studio and of a shared look say: item ids, never a photo. */
import { readList, readText } from "@/shared/address/read";

export type StudioParams = {
  /** Pieces to start from. */
  item?: string[];
  /** "1" to start from the photo that is being searched with (`usePhoto`). */
  photo?: string;
};

export function readStudioParams(raw: Record<string, unknown>): StudioParams {
  const items = readList(raw, "item");
  return { ...(items.length > 0 && { item: items }), ...(readText(raw, "photo") === "1" && { photo: "1" }) };
}

export type LookParams = { item?: string[] };

export function readLookParams(raw: Record<string, unknown>): LookParams {
  const items = readList(raw, "item");
  return items.length > 0 ? { item: items } : {};
}
