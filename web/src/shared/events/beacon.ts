/** Events on their way: batched, sent again with the same ids until the server has them, and bounded. */
import { ROOT_PATH } from "@/api/root-path";
import type { EventBatch } from "@/api/types";

export type SiteEvent = EventBatch["events"][number];
/** `again`: the server is busy or cannot be reached. */
export type Outcome = "done" | "again";
export type Beacon = { add: (event: SiteEvent) => void; leave: () => void; stop: () => void };

export const BATCH = 50;
export const MOST = 500;
const WAIT_MS = 3000;
const LONGEST_MS = 60_000;
const ADDRESS = `${ROOT_PATH}/v1/events`;

/** `visit` is a random number of this page; without consent the server counts with it and forgets it. */
export function newBeacon(visit: string, send = post, sendLast = postLast): Beacon {
  let queue: SiteEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let isSending = false;

  function schedule() {
    timer ??= setTimeout(flush, Math.min(WAIT_MS * 2 ** failures, LONGEST_MS));
  }
  async function flush() {
    timer = undefined;
    if (isSending || queue.length === 0) return;
    const events = queue.slice(0, BATCH);
    isSending = true;
    const outcome = await send({ visit, events });
    isSending = false;
    failures = outcome === "again" ? failures + 1 : 0;
    if (outcome === "done") queue = queue.filter((event) => !events.includes(event));
    if (queue.length > 0) schedule();
  }
  return {
    add(event) {
      queue.push(event);
      if (queue.length > MOST) queue.shift();
      schedule();
    },
    /** The page is about to be closed; what is on its way is sent once more, which the server notices. */
    leave() {
      for (let events = queue.slice(0, BATCH); events.length > 0; events = queue.slice(0, BATCH)) {
        if (!sendLast({ visit, events })) return;
        queue = queue.slice(events.length);
      }
    },
    stop() {
      queue = [];
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

async function post(batch: EventBatch): Promise<Outcome> {
  const headers = { "Content-Type": "application/json" };
  try {
    const response = await fetch(ADDRESS, { method: "POST", headers, body: JSON.stringify(batch), keepalive: true });
    return response.status === 429 || response.status >= 500 ? "again" : "done";
  } catch {
    return "again";
  }
}

function postLast(batch: EventBatch): boolean {
  return navigator.sendBeacon(ADDRESS, new Blob([JSON.stringify(batch)], { type: "application/json" }));
}
