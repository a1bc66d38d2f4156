import { type RefObject, useEffect } from "react";

/** Moves the focus to an element when `key` changes and what was focused has gone, so that the keyboard goes on there. */
export function useFocusWhenLost(element: RefObject<HTMLElement | null>, key: string | number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the key's change that counts
  useEffect(() => {
    if (document.activeElement === document.body) element.current?.focus({ preventScroll: true });
  }, [element, key]);
}
