/**
 * The service worker: the shop opens without a network, and photos can be shared with it.
 *
 * Pages come from the network whenever it answers, so that no version of the site can be stuck: the worker's copy of
 * `index.html` is for the time without a network. A new worker waits until a page of its own version says to take over.
 */
import type { Message } from "./messages";
import { planOf } from "./plan";
import { handOver, receive } from "./shared-photo";
import { deleteOld, type Kept, keep, keptName, shellName } from "./stores";

declare const self: ServiceWorkerGlobalScope;
/** Written by `scripts/worker.mjs`: the addresses of the shop's files, relative to the scope, and their hash. */
declare const SHELL: readonly string[];
declare const VERSION: string;

const SCOPE = self.registration.scope;
const SHELL_CACHE = shellName(SCOPE, VERSION);
/** The page that fits every address: the others hold answers, which grow old. */
const INDEX = "index.html";
const PAGE_WAIT_MS = 4000;

self.addEventListener("install", (event) => {
  const files = SHELL.map((path) => {
    const cache = path.startsWith("assets/") ? "default" : "no-cache"; // the former carry their content's hash
    return new Request(new URL(path, SCOPE), { cache });
  });
  event.waitUntil(caches.open(SHELL_CACHE).then((cache) => cache.addAll(files)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(deleteOld(SCOPE, VERSION).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { url, method, mode, destination } = request;
  const plan = planOf(
    { url, method, mode, destination, hasKey: request.headers.has("Authorization") },
    SCOPE,
    ADDRESSES,
  );
  if (plan === "leave") return;
  if (plan === "shared-photo") event.respondWith(receive(request, SCOPE));
  else if (plan === "page") event.respondWith(current(request, new URL(INDEX, SCOPE).href));
  else if (plan === "file") event.respondWith(current(request, url));
  else if (plan === "asset") event.respondWith(asset(request));
  else event.respondWith(fresh(event, plan === "picture" ? "pictures" : "answers"));
});

self.addEventListener("message", (event) => {
  const message = event.data as Message;
  const reply = (value: unknown) => event.ports[0]?.postMessage(value);
  if (message.type === "take-over") event.waitUntil(self.skipWaiting().then(() => reply(true)));
  else if (message.type === "is-same-version") reply(message.files.every((file) => ADDRESSES.has(file)));
  else if (message.type === "shared-photo") reply(handOver());
});

const ADDRESSES: ReadonlySet<string> = new Set(SHELL.map((path) => new URL(path, SCOPE).href));

/** The server's page or file; the worker's copy at `address` where there is no answer, or none in time. */
async function current(request: Request, address: string): Promise<Response> {
  const copy = async () => (await caches.open(SHELL_CACHE)).match(address);
  const answer = fetch(request);
  answer.catch(() => undefined); // it may fail after the copy was sent
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, PAGE_WAIT_MS));
  try {
    return (await Promise.race([answer, late])) ?? (await copy()) ?? (await answer);
  } catch (error) {
    const kept = await copy();
    if (kept === undefined) throw error;
    return kept;
  }
}

/** A file whose name has its content's hash: it never changes, so any copy will do, also another version's. */
async function asset(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** The server's answer; without a network the last one, if there is one. */
async function fresh(event: FetchEvent, kept: Kept): Promise<Response> {
  const { request } = event;
  try {
    const answer = await fetch(request);
    const copy = answer.clone();
    event.waitUntil(isShopper(event.clientId).then((is) => (is ? keep(SCOPE, kept, request, copy) : undefined)));
    return answer;
  } catch (error) {
    const last = await (await caches.open(keptName(SCOPE, kept))).match(request, { ignoreVary: true });
    if (last === undefined) throw error;
    return last;
  }
}

/** What the operator's pages ask for is never kept. */
async function isShopper(clientId: string): Promise<boolean> {
  const client = await self.clients.get(clientId);
  return client !== undefined && !new URL(client.url).pathname.startsWith(`${new URL(SCOPE).pathname}admin`);
}
