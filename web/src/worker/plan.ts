/** What the worker does with a request. Whatever is not on the list here goes to the network as if there were no worker. */

export type Plan = "page" | "asset" | "file" | "picture" | "answer" | "shared-photo" | "leave";

export type Asked = {
  readonly url: string;
  readonly method: string;
  readonly mode: string;
  readonly destination: string;
  readonly hasKey: boolean;
};

/** Never kept, and never answered in place of the server: they have a session, or a policy, of their own. */
const OTHERS = /^(admin|docs|problems|metrics|openapi\.json)(\/|$)/;
/** What people see of the catalogue. Searches are left out: what somebody looks for stays in the tab. */
const ANSWERS = /^v1\/(info|examples|items(\/.*)?)$/;

/**
 * The plan for a request; `scope` is the address that the site begins at, such as `https://shop.example/shop/`, and
 * `files` are the addresses that the worker has a copy of.
 */
export function planOf(asked: Asked, scope: string, files: ReadonlySet<string> = new Set()): Plan {
  const { origin, pathname } = new URL(asked.url);
  const start = new URL(scope);
  if (origin !== start.origin || !pathname.startsWith(start.pathname) || asked.hasKey) return "leave";
  const path = pathname.slice(start.pathname.length);
  if (asked.method === "POST" && asked.mode === "navigate" && path === "shared-photo") return "shared-photo";
  if (asked.method !== "GET" || OTHERS.test(path)) return "leave";
  // A frame, such as the map's, has a policy of its own.
  if (asked.mode === "navigate") return asked.destination === "document" ? "page" : "leave";
  if (path.startsWith("assets/")) return "asset";
  if (files.has(asked.url)) return "file";
  if (path.startsWith("image/")) return "picture";
  return ANSWERS.test(path) ? "answer" : "leave";
}
