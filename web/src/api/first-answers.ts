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
export async function takeFirstAnswer(request: Request): Promise<Response | undefined> {
  const path = decodeURIComponent(new URL(request.url).pathname.slice(ROOT_PATH.length));
  const all = [...document.querySelectorAll<HTMLScriptElement>("script[data-first]")];
  const ofPath = all.filter(({ dataset }) => dataset.first === path);
  if (ofPath.length === 0) return undefined;
  const asked = JSON.stringify(await parametersOf(request));
  const script = ofPath.find(({ dataset }) => JSON.stringify(JSON.parse(dataset.query ?? "[]")) === asked);
  if (script === undefined) return undefined;
  const json = script.text;
  script.remove();
  if (request.method === "GET") given.push({ url: request.url, json });
  return newAnswer(json);
}

/** Those of the address, or of a form, sorted by name. */
async function parametersOf(request: Request): Promise<[string, FormDataEntryValue][]> {
  const { searchParams } = new URL(request.url);
  const all = request.method === "GET" ? searchParams : await request.clone().formData();
  return [...all].sort(([one], [other]) => (one < other ? -1 : Number(one > other)));
}

/** As the API would have sent it. */
export function newAnswer(json: string): Response {
  return new Response(json, { headers: { "Content-Type": "application/json" } });
}
