/** The lists of a person who is signed in, at the server. */
import { done } from "@/api/account";
import { answer, client } from "@/api/client";

export type ListName = "wishlist" | "hidden" | "history";

const PATHS = { wishlist: "/v1/me/wishlist", hidden: "/v1/me/hidden", history: "/v1/me/history" } as const;
const PAGE = 100;
const MOST_PAGES = 5;

/** All ids of a list, the newest first. */
export async function fetchIds(name: ListName): Promise<string[]> {
  const ids: string[] = [];
  let cursor = "";
  for (let page = 0; page < MOST_PAGES; page++) {
    const found = await answer(client.GET(PATHS[name], { params: { query: { limit: PAGE, cursor } } }));
    ids.push(...found.items.map(({ item_id }) => item_id));
    if (!found.next_cursor) break;
    cursor = found.next_cursor;
  }
  return ids;
}

export const putId = (name: ListName, itemId: string): Promise<void> =>
  done(client.PUT(`${PATHS[name]}/{item_id}`, { params: { path: { item_id: itemId } } }));

/** A single entry of the history is not removed: the list is cleared. */
export const deleteId = (name: Exclude<ListName, "history">, itemId: string): Promise<void> =>
  done(client.DELETE(`${PATHS[name]}/{item_id}`, { params: { path: { item_id: itemId } } }));

export const clearIds = (name: ListName): Promise<void> => done(client.DELETE(PATHS[name]));
