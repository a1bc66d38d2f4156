/** What a shopper collects: in this browser, or in her account once she is signed in; the same for the whole page. */
import { useSyncExternalStore } from "react";
import { clearIds, deleteId, fetchIds, type ListName, putId } from "./remote-lists";
import { readIds, writeIds } from "./stored-ids";

const MOST: Readonly<Record<ListName, number>> = { wishlist: 500, hidden: 500, history: 200 };
const NAMES: readonly ListName[] = ["wishlist", "hidden", "history"];
const listeners = new Set<() => void>();
let isRemote = false;
let known = local();

/** The ids, the newest first. */
export function useIds(name: ListName): readonly string[] {
  return useSyncExternalStore(subscribe, () => known[name]);
}

/** Calls `listener` after each change, until the returned function is called. */
export function onLists(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Adds at once, and takes it back where it cannot be stored. */
export async function add(name: ListName, itemId: string): Promise<void> {
  if (known[name].includes(itemId) && name !== "history") return;
  const ids = [itemId, ...known[name].filter((other) => other !== itemId)].slice(0, MOST[name]);
  await change(name, ids, () => putId(name, itemId));
}

export async function remove(name: Exclude<ListName, "history">, itemId: string): Promise<void> {
  const ids = known[name].filter((other) => other !== itemId);
  await change(name, ids, () => deleteId(name, itemId));
}

export const clear = (name: ListName): Promise<void> => change(name, [], () => clearIds(name));

/** Somebody is signed in: what the browser collected becomes hers, and her lists are shown. */
export async function enterAccount(): Promise<void> {
  isRemote = true;
  for (const name of NAMES) {
    for (const itemId of readIds(keyOf(name), MOST[name]).reverse()) await putId(name, itemId);
    writeIds(keyOf(name), []);
    show(name, await fetchIds(name));
  }
}

/** Nobody is signed in any more: her lists leave the page. */
export function leaveAccount(): void {
  isRemote = false;
  known = local();
  for (const listener of listeners) listener();
}

async function change(name: ListName, ids: readonly string[], send: () => Promise<void>): Promise<void> {
  const before = known[name];
  show(name, ids);
  try {
    if (isRemote) await send();
    else if (!writeIds(keyOf(name), ids)) throw new Error("the browser stores nothing");
  } catch (error) {
    show(name, before);
    throw error;
  }
}

function show(name: ListName, ids: readonly string[]) {
  known = { ...known, [name]: ids };
  for (const listener of listeners) listener();
}

function local(): Readonly<Record<ListName, readonly string[]>> {
  const idsOf = (name: ListName) => readIds(keyOf(name), MOST[name]);
  return { wishlist: idsOf("wishlist"), hidden: idsOf("hidden"), history: idsOf("history") };
}

function keyOf(name: ListName): string {
  return `deepstyle.${name}`;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  globalThis.addEventListener("storage", onStorage); // another tab's change
  return () => listeners.delete(listener);
}

function onStorage({ key }: StorageEvent) {
  if (!isRemote && (key === null || NAMES.some((name) => keyOf(name) === key))) leaveAccount();
}
