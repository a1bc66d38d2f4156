/** The page's side of the service worker: `src/worker`. Loaded after the page, and in the built site only. */
import { newAnswer, usedFirstAnswers } from "@/api/first-answers";
import { ROOT_PATH } from "@/api/root-path";
import type { en } from "@/shared/i18n/en";
import { showToast } from "@/shared/ui/toasts";
import type { Message } from "@/worker/messages";
import { planOf } from "@/worker/plan";
import { keep } from "@/worker/stores";

const ADDRESS = `${ROOT_PATH}/sw.js`;
const CHECK_EVERY_MS = 60 * 60_000;
const ANSWER_WITHIN_MS = 5000;

/** Without it (Firefox, Safari) addresses are plain strings. */
type Policies = {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
};

/** Registers the worker; `words` are asked for when a new version is there. */
export async function startWorker(words: () => typeof en.app): Promise<void> {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  const policy = policies?.createPolicy("deepstyle-worker", { createScriptURL: () => ADDRESS });
  const registration = await navigator.serviceWorker.register(policy?.createScriptURL(ADDRESS) ?? ADDRESS, {
    updateViaCache: "none",
  });
  keepFirstAnswers(registration.scope).catch(console.warn);
  const offer = (worker: ServiceWorker) => void offerVersion(worker, words());
  if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) offer(worker);
    });
  });
  let checked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" || Date.now() - checked < CHECK_EVERY_MS) return;
    checked = Date.now();
    registration.update().catch(() => undefined); // without a network it is for the next time
  });
}

/** What came with the page, and so was never asked for, is there without a network too. */
async function keepFirstAnswers(scope: string): Promise<void> {
  for (const { url, json } of usedFirstAnswers()) {
    const asked = { url, method: "GET", mode: "cors", destination: "", hasKey: false };
    if (planOf(asked, scope) === "answer") await keep(scope, "answers", new Request(url), newAnswer(json));
  }
}

/** A page of the worker's version lets it serve at once; another page asks, because that means a reload. */
async function offerVersion(worker: ServiceWorker, words: typeof en.app): Promise<void> {
  const files = [...document.querySelectorAll<HTMLScriptElement>("script[type=module]")].map((script) => script.src);
  if (await ask(worker, { type: "is-same-version", files })) {
    worker.postMessage({ type: "take-over" } satisfies Message);
    return;
  }
  showToast(words.newVersion, {
    text: words.reload,
    onClick: () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => globalThis.location.reload());
      worker.postMessage({ type: "take-over" } satisfies Message);
    },
  });
}

/** The photo that another app shared with the shop, once. */
export async function sharedPhoto(): Promise<File | undefined> {
  const worker = navigator.serviceWorker?.controller;
  const answer = worker ? await ask(worker, { type: "shared-photo" }) : undefined;
  return answer instanceof File ? answer : undefined;
}

function ask(worker: ServiceWorker, message: Message): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(resolve, ANSWER_WITHIN_MS);
    worker.postMessage(message, [port2]);
  });
}
