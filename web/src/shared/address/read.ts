/** Reads the query of an address; anyone can write anything there, so every value is checked. */
type Raw = Record<string, unknown>;

const MAX_VALUES = 50;
const MAX_CHARS = 200;

/** All values of `name`, a list or a single value, without empty ones and duplicates. */
export function readList(raw: Raw, name: string): string[] {
  const value = raw[name];
  const values = Array.isArray(value) ? value : [value];
  const texts = values.filter((value) => typeof value === "string" || typeof value === "number").map(String);
  return [...new Set(texts.filter((text) => text !== "" && text.length <= MAX_CHARS))].slice(0, MAX_VALUES);
}

export function readText(raw: Raw, name: string): string | undefined {
  return readList(raw, name)[0];
}

/** A number of 0 or more; undefined where there is none. */
export function readAmount(raw: Raw, name: string): number | undefined {
  const amount = Number(readText(raw, name) ?? Number.NaN);
  return Number.isFinite(amount) && amount >= 0 ? amount : undefined;
}
