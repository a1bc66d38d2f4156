/** What the worker keeps, by name. Another application of the same origin keeps its own: names begin with the scope. */

/** The version's files; they are all there, or the worker is not installed. */
export function shellName(scope: string, version: string): string {
  return `${prefix(scope)}shell-${version}`;
}

export type Kept = "pictures" | "answers";

const MOST: Readonly<Record<Kept, number>> = { pictures: 200, answers: 60 };
const MOST_BYTES = 200_000; // of one answer or picture

export function keptName(scope: string, kept: Kept): string {
  return `${prefix(scope)}${kept}`;
}

function prefix(scope: string): string {
  return `deepstyle ${scope} `;
}

/** Deletes the files of other versions. */
export async function deleteOld(scope: string, version: string): Promise<void> {
  const current = [shellName(scope, version), keptName(scope, "pictures"), keptName(scope, "answers")];
  const old = (await caches.keys()).filter((name) => name.startsWith(prefix(scope)) && !current.includes(name));
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** Keeps a copy of an answer, and no more than `MOST`: the ones asked for longest ago go first. */
export async function keep(scope: string, kept: Kept, request: Request, answer: Response): Promise<void> {
  if (!mayBeKept(answer)) return;
  const cache = await caches.open(keptName(scope, kept));
  await cache.delete(request); // so that it becomes the newest
  await cache.put(request, answer);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST[kept])).map((key) => cache.delete(key)));
}

export function mayBeKept(answer: Response): boolean {
  const isRefused = /no-store|private/.test(answer.headers.get("Cache-Control") ?? "");
  const bytes = Number(answer.headers.get("Content-Length") ?? 0);
  const isOwn = answer.type === "basic" || answer.type === "default"; // the latter came with a page
  return answer.status === 200 && isOwn && !isRefused && bytes <= MOST_BYTES;
}
