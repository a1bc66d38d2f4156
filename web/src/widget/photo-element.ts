/** An element that asks for a photo: a button, a place to drop it, the photo itself, what is said, what is found. */
import { ProblemError } from "@deepstyle/client";
import { kindOfCode } from "@/api/problems";
import { scaled } from "@/shared/photo/scale";
import { make } from "./dom";
import { DeepstyleElement } from "./element";
import { drawPhoto } from "./photo-canvas";

export abstract class PhotoElement extends DeepstyleElement {
  protected readonly canvas = make("canvas", { part: "photo", role: "img", hidden: true });
  protected readonly found = make("div", { part: "results" });
  readonly #status = make("p", { part: "status", role: "status" });
  readonly #button = make("button", { part: "button", type: "button" });
  readonly #input = make("input", { type: "file", accept: "image/*", hidden: true, "aria-hidden": "true" });

  constructor() {
    super();
    this.#button.addEventListener("click", () => this.#input.click());
    this.#input.addEventListener("change", () => {
      const file = this.#input.files?.[0];
      this.#input.value = ""; // so that the same photo can be chosen again
      if (file) void this.#look(file);
    });
    this.addEventListener("dragover", (event) => event.preventDefault());
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) void this.#look(file);
    });
  }

  /** Asks the server, shows what it finds in `found`, and returns how many products that are. */
  protected abstract search(photo: Blob, signal: AbortSignal): Promise<number>;

  protected override draw(): void {
    this.canvas.hidden = true;
    this.found.replaceChildren();
    this.say("");
    this.#button.textContent = this.texts.choose;
    this.canvas.setAttribute("aria-label", this.texts.yourPhoto);
    this.show(make("div", { part: "controls" }, this.#button, this.#input), this.#status, this.canvas, this.found);
  }

  /** Tells people, those with a screen reader too. */
  protected say(text: string): void {
    this.#status.textContent = text;
  }

  async #look(file: File): Promise<void> {
    const signal = this.renewed();
    this.found.replaceChildren();
    this.say(this.texts.searching);
    this.#button.textContent = this.texts.chooseAnother;
    try {
      const photo = await scaled(file);
      await drawPhoto(this.canvas, photo);
      if (signal.aborted) return;
      const count = await this.search(photo, signal);
      this.tell("results", { count });
    } catch (error) {
      if (!signal.aborted) this.#explain(error);
    }
  }

  #explain(error: unknown): void {
    const answered = error instanceof ProblemError;
    const unanswered = navigator.onLine ? "unreachable" : "offline";
    const { title, text } = this.texts.shop.problems[answered ? kindOfCode(error.code, error.status) : unanswered];
    this.say(`${title}. ${text}`);
    this.tell("problem", { code: answered ? error.code : unanswered });
  }
}
