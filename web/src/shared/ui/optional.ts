/** A part that the page does without where its script cannot be loaded: it is loaded once more, then left out. */
import { type ComponentType, lazy } from "react";

const AGAIN_AFTER_MS = 2000;

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

// biome-ignore lint/suspicious/noExplicitAny: as of React's own `lazy`
export function optional<P = any>(load: Load<P>, againAfterMs = AGAIN_AFTER_MS) {
  return lazy<ComponentType<P>>(async () => {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, againAfterMs));
      return load().catch(() => ({ default: () => null }));
    }
  });
}
