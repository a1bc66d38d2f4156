/** An element about one product of the shop: it asks the server when it is scrolled near. */
import { ProblemError } from "@deepstyle/client";
import type { Product } from "@/api/types";
import { DeepstyleElement } from "./element";
import { placeholders } from "./placeholders";
import { patiently } from "./retry";

const NEAR = "400px";

export abstract class ItemElement extends DeepstyleElement {
  /** How many products are shown where the page does not say. */
  protected abstract readonly usual: number;

  /** At most `count` products for the item. */
  protected abstract find(itemId: string, count: number, signal: AbortSignal): Promise<readonly Product[]>;

  protected override draw(signal: AbortSignal): void {
    const itemId = this.getAttribute("item-id") ?? "";
    if (itemId === "") {
      this.showNothing();
      return;
    }
    this.show(placeholders(this.count(this.usual)));
    whenNear(this, signal, () => this.#fill(itemId, signal));
  }

  /** A product page without this section is better than one with an error: the page learns of it by an event. */
  async #fill(itemId: string, signal: AbortSignal): Promise<void> {
    const count = this.count(this.usual);
    try {
      const found = await patiently(() => this.find(itemId, count, signal), signal);
      if (found.length > 0) this.show(this.list(found));
      else this.showNothing();
      this.tell("results", { count: found.length });
    } catch (error) {
      if (signal.aborted) return;
      this.showNothing();
      this.tell("problem", { code: error instanceof ProblemError ? error.code : "unreachable" });
    }
  }
}

function whenNear(element: Element, signal: AbortSignal, act: () => void): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      act();
    },
    { rootMargin: NEAR },
  );
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect());
}
