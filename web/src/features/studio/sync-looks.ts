/** The saved looks of this browser and of the account are the same while somebody is signed in. */
import { done } from "@/api/account";
import { answer, client } from "@/api/client";
import { keyOf, type SavedLook, withLook } from "./saved-looks";
import { onStoredHere, savedLooks, storeLooks } from "./use-saved-looks";

/** The sync that began last: an earlier one must not undo what that does. */
let latest = 0;

/** Merges both, and follows what changes here until the returned function is called, which forgets the looks here. */
export async function syncLooks(): Promise<() => void> {
  const mine = ++latest;
  const remote = new Map<string, SavedLook>();
  for (const { name, item_ids } of (await answer(client.GET("/v1/me/looks", { params: { query: {} } }))).looks) {
    const look = { name, itemIds: item_ids };
    remote.set(keyOf(look), look);
  }
  const here = savedLooks();
  const merged = [...remote.values()]
    .filter((look) => here.every((other) => keyOf(other) !== keyOf(look)))
    .reduce<readonly SavedLook[]>((looks, look) => withLook(looks, look) ?? looks, here);
  await send(remote, here);
  if (mine !== latest) return () => undefined;
  storeLooks(merged);
  const stop = onStoredHere(() => void send(remote, savedLooks(), { mayDelete: true }).catch(console.warn));
  return () => {
    stop();
    if (mine === latest) storeLooks([]);
  };
}

/** Sends what `remote` does not have as it is, and writes down there what was sent. */
async function send(remote: Map<string, SavedLook>, looks: readonly SavedLook[], { mayDelete = false } = {}) {
  for (const look of looks.filter((one) => remote.get(keyOf(one))?.name !== one.name)) {
    const path = { look_id: idOf(keyOf(look)) };
    await done(client.PUT("/v1/me/looks/{look_id}", { params: { path }, body: bodyOf(look) }));
    remote.set(keyOf(look), look);
  }
  if (!mayDelete) return;
  const kept = new Set(looks.map(keyOf));
  for (const key of [...remote.keys()].filter((one) => !kept.has(one))) {
    remote.delete(key);
    await done(client.DELETE("/v1/me/looks/{look_id}", { params: { path: { look_id: idOf(key) } } }));
  }
}

const bodyOf = ({ name, itemIds }: SavedLook) => ({ name, item_ids: [...itemIds] });

/** The same look has the same id on every device: a hash of its items (FNV-1a, twice 32 bits). */
export function idOf(key: string): string {
  return [0x811c9dc5, 0x01000193].map((seed) => hash(key, seed).toString(16).padStart(8, "0")).join("");
}

function hash(text: string, seed: number): number {
  let value = seed;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}
