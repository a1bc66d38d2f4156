/** The saved looks of this browser, the same in all of its tabs. */
import { useSyncExternalStore } from "react";
import { parseLooks, type SavedLook, textOf } from "./saved-looks";

const STORED_AS = "deepstyle.looks";
const listeners = new Set<() => void>();
let known: { text: string | null; looks: readonly SavedLook[] } = { text: null, looks: [] };

export function useSavedLooks(): readonly SavedLook[] {
  return useSyncExternalStore(onSavedLooks, savedLooks);
}

export function savedLooks(): readonly SavedLook[] {
  const text = stored();
  if (text !== known.text) known = { text, looks: parseLooks(text) };
  return known.looks;
}

/** Whether the browser could store them: private windows and full storages refuse. */
export function storeLooks(looks: readonly SavedLook[]): boolean {
  try {
    localStorage.setItem(STORED_AS, textOf(looks));
  } catch {
    return false;
  }
  for (const listener of listeners) listener();
  return true;
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORED_AS);
  } catch {
    return null;
  }
}

/** Calls `listener` after each change, another tab's too, until the returned function is called. */
function onSavedLooks(listener: () => void): () => void {
  const stop = onStoredHere(listener);
  globalThis.addEventListener("storage", listener);
  return () => {
    stop();
    globalThis.removeEventListener("storage", listener);
  };
}

/** The same for what this tab stores. */
export function onStoredHere(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
