/** What the server wrote into the page: the answers to what the page asks for first. Each is given once. */
import { ROOT_PATH } from "./root-path";

/** An answer that was given, and the address that it is the answer to. */
export type FirstAnswer = { readonly url: string; readonly json: string };

const given: FirstAnswer[] = [];

/** Those that the page has used so far, for the service worker, which has not seen them. */
export function usedFirstAnswers(): readonly FirstAnswer[] {
  return given;
}

/** Waits for what the page has the answer to; anything else is waited for by the page that is shown meanwhile. */
export function whereAnswered(asked: () => Promise<unknown>): Promise<unknown> | undefined {
  const isAnswered = document.querySelector("script[data-first]") !== null;
  const work = asked();
  return isAnswered ? work : undefined;
}

/** The answer to the request, if the page has it. */
export function takeFirstAnswer({ method, url }: Pick<Request, "method" | "url">): Response | undefined {
  if (method !== "GET") return undefined;
  const { pathname, searchParams } = new URL(url);
  const path = decodeURIComponent(pathname.slice(ROOT_PATH.length));
  searchParams.sort();
  const query = JSON.stringify([...searchParams]);
  for (const script of document.querySelectorAll<HTMLScriptElement>("script[data-first]")) {
    if (script.dataset.first !== path || !isSame(script.dataset.query ?? "[]", query)) continue;
    const json = script.text;
    script.remove();
    given.push({ url, json });
    return newAnswer(json);
  }
  return undefined;
}

/** As the API would have sent it. */
export function newAnswer(json: string): Response {
  return new Response(json, { headers: { "Content-Type": "application/json" } });
}

function isSame(written: string, query: string): boolean {
  return JSON.stringify(JSON.parse(written)) === query;
}
