import { useSyncExternalStore } from "react";

const WIDE = "(width >= 64rem)"; // Tailwind's lg

/** Whether there is room for a column of filters beside the results. */
export function useIsWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = globalThis.matchMedia(WIDE);
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => globalThis.matchMedia(WIDE).matches,
  );
}
