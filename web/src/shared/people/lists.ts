/** What a shopper collects: in this browser, or in her account once she is signed in; the same for the whole page. */
import { useSyncExternalStore } from "react";
import { clearIds, deleteId, fetchIds, type ListName, putId } from "./remote-lists";
import { readIds, writeIds } from "./stored-ids";

const MOST: Readonly<Record<ListName, number>> = { wishlist: 500, hidden: 500, history: 200 };
const NAMES: readonly ListName[] = ["wishlist", "hidden", "history"];
const listeners = new Set<() => void>();
const stored = new Set<() => void>();
let isRemote = false;
/** Done once the lists of an account were read. */
let entered: Promise<void> = Promise.resolve();
/** What was changed and is not stored yet, or follows what is not. */
let pending: readonly Change[] = [];
/** What is stored: what is shown has the pending changes, too. */
let base = local();
let known = base;

type Ids = readonly string[];
type Change = { name: ListName; apply: (ids: Ids) => Ids; isStored?: boolean };

/** The ids, the newest first. */
export function useIds(name: ListName): readonly string[] {
  return useSyncExternalStore(subscribe, () => known[name]);
}

/** Calls `listener` whenever the account has stored a change, until the returned function is called. */
export function onStored(listener: () => void): () => void {
  stored.add(listener);
  return () => stored.delete(listener);
}

/** Adds at once, and takes it back where it cannot be stored. */
export async function add(name: ListName, itemId: string): Promise<void> {
  if (known[name].includes(itemId) && name !== "history") return;
  const apply = (ids: Ids) => [itemId, ...ids.filter((other) => other !== itemId)].slice(0, MOST[name]);
  await change({ name, apply }, () => putId(name, itemId));
}

export async function remove(name: Exclude<ListName, "history">, itemId: string): Promise<void> {
  const apply = (ids: Ids) => ids.filter((other) => other !== itemId);
  await change({ name, apply }, () => deleteId(name, itemId));
}

export const clear = (name: ListName): Promise<void> => change({ name, apply: () => [] }, () => clearIds(name));

/** Somebody is signed in: what the browser collected becomes hers, and her lists are shown. */
export function enterAccount(): Promise<void> {
  isRemote = true;
  entered = merge();
  return entered;
}

async function merge(): Promise<void> {
  for (const name of NAMES) {
    for (const itemId of readIds(keyOf(name), MOST[name]).reverse()) await sent(putId(name, itemId));
    writeIds(keyOf(name), []);
    base = { ...base, [name]: await fetchIds(name) };
    show(name);
  }
}

/** Nobody is signed in any more: her lists leave the page. */
export function leaveAccount(): void {
  isRemote = false;
  pending = [];
  base = local();
  known = base;
  for (const listener of listeners) listener();
}

async function change(one: Change, send: () => Promise<void>): Promise<void> {
  const { name, apply } = one;
  pending = [...pending, one];
  show(name);
  try {
    await entered.catch(() => undefined);
    if (isRemote) await sent(send());
    else if (!writeIds(keyOf(name), apply(base[name]))) throw new Error("the browser stores nothing");
    one.isStored = true;
  } catch (error) {
    pending = pending.filter((other) => other !== one);
    throw error;
  } finally {
    settle();
    show(name);
  }
}

/** Moves into `base` what is stored, as far as no earlier change is pending: the answers come in any order. */
function settle() {
  for (let first = pending[0]; first?.isStored; first = pending[0]) {
    base = { ...base, [first.name]: first.apply(base[first.name]) };
    pending = pending.slice(1);
  }
}

async function sent(change: Promise<void>): Promise<void> {
  await change;
  for (const listener of stored) listener();
}

function show(name: ListName) {
  const changes = pending.filter((one) => one.name === name);
  known = { ...known, [name]: changes.reduce((ids, { apply }) => apply(ids), base[name]) };
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
