/** Whether the page is dark now; a canvas has to be redrawn, where styles follow by themselves. */
import { useSyncExternalStore } from "react";
import { useTheme } from "@/shared/theme/theme";

const QUERY = "(prefers-color-scheme: dark)";

function subscribe(listener: () => void): () => void {
  const query = globalThis.matchMedia?.(QUERY);
  query?.addEventListener("change", listener);
  return () => query?.removeEventListener("change", listener);
}

export function useIsDark(): boolean {
  const isSystemDark = useSyncExternalStore(subscribe, () => globalThis.matchMedia?.(QUERY).matches ?? false);
  const theme = useTheme();
  return theme === "system" ? isSystemDark : theme === "dark";
}
