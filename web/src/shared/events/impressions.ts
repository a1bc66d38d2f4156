/** Which products were really seen: at least half of the card, for half a second. */
const SEEN_MS = 500;
const SEEN_SHARE = 0.5;

export type Seen = { readonly itemId: string; readonly ordinal: number };

/** Calls `onSeen` for each card of a product whenever it comes into view, until the returned function is called. */
export function watchImpressions(onSeen: (seen: Seen) => void): () => void {
  const timers = new Map<Element, ReturnType<typeof setTimeout>>();
  const observed = new WeakSet<Element>();
  const inView = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(timers.get(target));
        timers.delete(target);
        if (isIntersecting)
          timers.set(
            target,
            setTimeout(() => onSeen(seenIn(target)), SEEN_MS),
          );
      }
    },
    { threshold: SEEN_SHARE },
  );
  function observeNew() {
    for (const card of document.querySelectorAll("[data-item-id]")) {
      if (observed.has(card)) continue;
      observed.add(card);
      inView.observe(card);
    }
  }
  const changes = new MutationObserver(observeNew);
  changes.observe(document.body, { childList: true, subtree: true });
  observeNew();
  return () => {
    changes.disconnect();
    inView.disconnect();
    for (const timer of timers.values()) clearTimeout(timer);
  };
}

/** The product of a card, and its place in its list, from 1; 0 where it is in none. */
export function seenIn(card: Element): Seen {
  const place = card.closest("li");
  const ordinal = place?.parentElement ? [...place.parentElement.children].indexOf(place) + 1 : 0;
  return { itemId: card.getAttribute("data-item-id") ?? "", ordinal };
}
