/** Measures the page: what is searched for, seen and clicked. Without consent only that it happened is sent. */
import type { QueryClient } from "@tanstack/react-query";
import { newBeacon, type SiteEvent } from "./beacon";
import { newId } from "./ids";
import { seenIn, watchImpressions } from "./impressions";
import { watchSearches } from "./searches";

const VISIT = newId();
const MOST_REMEMBERED = 5000;
type Details = Omit<SiteEvent, "event_id" | "action_name" | "timestamp_us" | "session_id">;

/** Begins to measure; the returned function ends it, and drops what was not sent. */
export function measure(cache: QueryClient, hasConsent: boolean): () => void {
  const beacon = newBeacon(VISIT);
  let queryId = "";

  function add(action: SiteEvent["action_name"], details: Details = {}) {
    const event = { event_id: newId(), action_name: action, timestamp_us: Date.now() * 1000 };
    if (hasConsent) beacon.add({ ...event, session_id: VISIT, ...details });
    else beacon.add(details.user_query ? { ...event, user_query: details.user_query } : event);
  }
  const ends = [
    watchSearches(cache, ({ words, results }) => {
      queryId = newId();
      const attributes = results === undefined ? {} : { attributes: { results } };
      add("search", { user_query: words, query_id: queryId, ...attributes });
    }),
    watchClicks(
      (clicked) => add("click", clicked),
      () => queryId,
    ),
    watchActions(
      (action, details) => add(action, details),
      () => queryId,
    ),
    on(document, "visibilitychange", () => document.visibilityState === "hidden" && beacon.leave()),
    on(globalThis, "pagehide", beacon.leave),
    beacon.stop,
  ];
  if (hasConsent)
    ends.push(
      watchOnce(
        (card) => add("impression", card),
        () => queryId,
      ),
    );
  return () => {
    for (const end of ends) end();
  };
}

/** Each product once for a search, or an address. */
function watchOnce(onFirst: (details: Details) => void, query: () => string): () => void {
  const known = new Set<string>();
  return watchImpressions(({ itemId, ordinal }) => {
    const details = { object_id: itemId, ordinal, query_id: isOfSearch() ? query() : "" };
    const key = `${details.query_id || globalThis.location.pathname} ${itemId}`;
    if (known.has(key)) return;
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.add(key);
    onFirst({ ...details, attributes: { surface: surfaceOf() } });
  });
}

/** Links on a card, and the one to the shop on a product's page, which belongs to the search that led there. */
function watchClicks(onClick: (clicked: Details) => void, query: () => string): () => void {
  const ledBy = new Map<string, string>();
  return on(document, "click", ({ target }) => {
    const link = target instanceof Element ? target.closest("a") : null;
    const surface = link?.target === "_blank" ? "buy" : surfaceOf();
    const card = link?.closest("[data-item-id]");
    if (card) {
      const { itemId, ordinal } = seenIn(card);
      const queryId = isOfSearch() ? query() : "";
      if (queryId) ledBy.set(itemId, queryId);
      onClick({ object_id: itemId, ordinal, query_id: queryId, attributes: { surface, ...trialOf(card) } });
      return;
    }
    const itemId = itemOfPage();
    if (itemId && surface === "buy")
      onClick({ object_id: itemId, query_id: ledBy.get(itemId) ?? "", attributes: { surface } });
  });
}

/** What else is done with a card: its buttons name the action. */
function watchActions(onAction: (action: "like" | "hide", done: Details) => void, query: () => string): () => void {
  return on(document, "click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>("[data-action]") : null;
    const card = button?.closest("[data-item-id]");
    const action = button?.dataset.action;
    if (!card || (action !== "like" && action !== "hide")) return;
    const { itemId, ordinal } = seenIn(card);
    const attributes = { surface: surfaceOf(), ...trialOf(card) };
    onAction(action, { object_id: itemId, ordinal, query_id: isOfSearch() ? query() : "", attributes });
  });
}

/** The experiment that a card was shown in, and whose it was there. */
function trialOf(card: Element): { experiment?: string; variant?: string } {
  const experiment = card.getAttribute("data-experiment");
  const variant = card.getAttribute("data-variant");
  return experiment && variant ? { experiment, variant } : {};
}

function itemOfPage(): string | undefined {
  const name = /\/item\/([^/]+)$/.exec(globalThis.location.pathname)?.[1];
  return name && decodeURIComponent(name);
}

/** Whether the page shows the results of a search: the catalogue without one is browsed. */
function isOfSearch(): boolean {
  return surfaceOf() === "results";
}

function surfaceOf(): string {
  const { search } = globalThis.location;
  if (itemOfPage() !== undefined) return "item";
  const asked = new URLSearchParams(search);
  if (["text", "like", "with", "photo"].some((name) => asked.has(name))) return "results";
  return "browse";
}

function on(target: EventTarget, name: string, call: (event: Event) => void): () => void {
  target.addEventListener(name, call, { capture: true });
  return () => target.removeEventListener(name, call, { capture: true });
}
