/** A list of product ids that this browser stores: bounded, and read with distrust. */
const MOST_ID_CHARS = 200;

export function readIds(key: string, most: number): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    if (!Array.isArray(stored)) return [];
    const ids = stored.filter((id): id is string => typeof id === "string" && id !== "" && id.length <= MOST_ID_CHARS);
    return [...new Set(ids)].slice(0, most);
  } catch {
    return [];
  }
}

/** Whether the browser could store them: private windows and full storages refuse. */
export function writeIds(key: string, ids: readonly string[]): boolean {
  try {
    if (ids.length > 0) localStorage.setItem(key, JSON.stringify(ids));
    else localStorage.removeItem(key);
    return true;
  } catch {
    return false;
  }
}
