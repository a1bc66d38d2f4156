/** The looks that a person saves, as this browser stores them: bounded, versioned, and read with distrust. */
import { cleanName } from "./name";
import { isPhotoText } from "./saved-photo";

/** A look is known by its items, and by whether it has a `photo`: another one of the same takes its place. */
export type SavedLook = {
  readonly name: string;
  readonly itemIds: readonly string[];
  /** As `textOfPhoto` writes it. */
  readonly photo?: string;
};

export const MOST_LOOKS = 24;
const MOST_ITEMS = 50; // as in an address
const MOST_ID_CHARS = 200;
const VERSION = 1;

/** What of a stored text can be read: a broken look is left out, and so is everything of another version. */
export function parseLooks(text: string | null): SavedLook[] {
  const stored = parseJson(text ?? "");
  if (!isRecord(stored) || stored.version !== VERSION || !Array.isArray(stored.looks)) return [];
  return stored.looks.flatMap(lookOf).slice(0, MOST_LOOKS);
}

export function textOf(looks: readonly SavedLook[]): string {
  return JSON.stringify({ version: VERSION, looks });
}

export function keyOf({ itemIds, photo }: SavedLook): string {
  return [...itemIds].sort().join(" ") + (photo === undefined ? "" : " +");
}

export function without(looks: readonly SavedLook[], look: SavedLook): SavedLook[] {
  return looks.filter((other) => keyOf(other) !== keyOf(look));
}

/** The looks with `look` first; undefined where there is no room for one more. */
export function withLook(looks: readonly SavedLook[], look: SavedLook): SavedLook[] | undefined {
  const next = [look, ...without(looks, look)];
  return next.length <= MOST_LOOKS ? next : undefined;
}

export function renamed(looks: readonly SavedLook[], look: SavedLook, name: string): SavedLook[] {
  return looks.map((other) => (keyOf(other) === keyOf(look) ? { ...other, name } : other));
}

function lookOf(stored: unknown): SavedLook[] {
  if (!isRecord(stored) || typeof stored.name !== "string" || !Array.isArray(stored.itemIds)) return [];
  const isId = (id: unknown): id is string => typeof id === "string" && id !== "" && id.length <= MOST_ID_CHARS;
  const itemIds = [...new Set(stored.itemIds.filter(isId))].slice(0, MOST_ITEMS);
  const name = cleanName(stored.name);
  const photo = isPhotoText(stored.photo) ? { photo: stored.photo } : {};
  return name && itemIds.length > 0 ? [{ name, itemIds, ...photo }] : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
