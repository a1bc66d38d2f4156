import { type RefObject, useEffect } from "react";

/** Moves the focus to an element when `key` changes and the focused element is gone. */
export function useFocusWhenLost(element: RefObject<HTMLElement | null>, key: string | number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect waits for the change of the key
  useEffect(() => {
    if (document.activeElement === document.body) element.current?.focus({ preventScroll: true });
  }, [element, key]);
}
