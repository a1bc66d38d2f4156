/** What all elements have in common: a shadow root with its styles, attributes that draw it anew, and events. */
import { createClient, type DeepstyleClient } from "@deepstyle/client";
import type { Product } from "@/api/types";
import { type CardOptions, card } from "./card";
import { make } from "./dom";
import { languageOf, textsOf } from "./language";
import { linkOf } from "./links";
import { serverOf } from "./server";
import { sheet } from "./sheet";
import type { Texts } from "./texts";

const MOST = 24;
const USUAL_LEVEL = 2;

export abstract class DeepstyleElement extends HTMLElement {
  static readonly observedAttributes = ["item-id", "count", "heading", "heading-level", "item-link", "server", "lang"];
  readonly #root = this.attachShadow({ mode: "open" });
  #aborter = new AbortController();

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [sheet()];
  }

  connectedCallback(): void {
    this.#drawSoon();
  }

  disconnectedCallback(): void {
    this.#aborter.abort();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#drawSoon();
  }

  /** Once for all attributes that change together. */
  #drawSoon(): void {
    const signal = this.renewed();
    queueMicrotask(() => {
      if (!signal.aborted) this.draw(signal);
    });
  }

  /** Ends what is under way; the signal of what comes instead. */
  protected renewed(): AbortSignal {
    this.#aborter.abort();
    this.#aborter = new AbortController();
    return this.#aborter.signal;
  }

  /** Builds the content; what takes time ends with `signal`. */
  protected abstract draw(signal: AbortSignal): void;

  protected abstract readonly defaultHeading: string;

  protected get texts(): Texts {
    return textsOf(this);
  }

  protected get client(): DeepstyleClient {
    return createClient({ baseUrl: serverOf(this) });
  }

  /** How many products the page wants. */
  protected count(otherwise: number): number {
    const count = Number.parseInt(this.getAttribute("count") ?? "", 10);
    return count >= 1 ? Math.min(count, MOST) : otherwise;
  }

  /** A heading of the element's level, or `deeper` by so many. */
  protected heading(text: string, part: string, deeper = 0): HTMLElement {
    const level = Number.parseInt(this.getAttribute("heading-level") ?? "", 10);
    const tag = `h${Math.min(6, (level >= 1 && level <= 6 ? level : USUAL_LEVEL) + deeper)}` as "h2";
    return make(tag, { part }, text);
  }

  /** Replaces the content by a section with the element's heading. */
  protected show(...content: readonly Node[]): void {
    const heading = this.heading(this.getAttribute("heading") ?? this.defaultHeading, "heading");
    heading.id = "heading";
    const about = { part: "section", "aria-labelledby": "heading", lang: languageOf(this) };
    this.#root.replaceChildren(make("section", about, heading, ...content));
  }

  protected showNothing(): void {
    this.#root.replaceChildren();
  }

  protected list(products: readonly Product[]): HTMLElement {
    const options: CardOptions = {
      client: this.client,
      texts: this.texts,
      language: languageOf(this),
      linkOf: (product) => linkOf(product, this.getAttribute("item-link")),
      onSelect: (item) => this.tell("select", { item }),
    };
    return make("ul", { part: "list", role: "list" }, ...products.map((product) => card(product, options)));
  }

  /** Dispatches `deepstyle:NAME`; false where the page prevented what would come next. */
  protected tell(name: "select" | "results" | "problem", detail: object): boolean {
    const options = { detail, bubbles: true, composed: true, cancelable: name === "select" };
    return this.dispatchEvent(new CustomEvent(`deepstyle:${name}`, options));
  }
}
