/** The addresses of the studio and of a shared look: item ids and a name, never a photo. */
import { readList, readText } from "@/shared/address/read";
import { cleanName } from "./name";

export type StudioParams = {
  /** The outfit's items; an outfit is built around a single one. */
  item?: string[];
  /** Which of them stay when the others change. */
  lock?: string[];
  /** "1" if the photo of the query (`usePhoto`) is part of the outfit. */
  photo?: string;
  /** "no" to show a single piece as it is, because its outfit was taken apart. */
  fill?: string;
  /** What the person calls the look. */
  name?: string;
};

export function readStudioParams(raw: Record<string, unknown>): StudioParams {
  const items = readList(raw, "item");
  const locked = readList(raw, "lock").filter((itemId) => items.includes(itemId));
  return {
    ...(items.length > 0 && { item: items }),
    ...(locked.length > 0 && { lock: locked }),
    ...(readText(raw, "photo") === "1" && { photo: "1" }),
    ...(readText(raw, "fill") === "no" && { fill: "no" }),
    ...readName(raw),
  };
}

export type LookParams = { item?: string[]; name?: string };

export function readLookParams(raw: Record<string, unknown>): LookParams {
  const items = readList(raw, "item");
  return { ...(items.length > 0 && { item: items }), ...readName(raw) };
}

function readName(raw: Record<string, unknown>): { name?: string } {
  const name = cleanName(readText(raw, "name") ?? "");
  return name ? { name } : {};
}
