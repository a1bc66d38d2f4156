/** The typed client of the API, and `answer`, which turns every failure into an `ApiError`. */
import createClient from "openapi-fetch";
import { takeFirstAnswer } from "./first-answers";
import { ApiError, problemOf, unanswered } from "./problems";
import { ROOT_PATH } from "./root-path";
import type { paths } from "./schema";
import { upload } from "./upload";

export const client = createClient<paths>({
  baseUrl: globalThis.location.origin + ROOT_PATH,
  fetch: async (request) =>
    (await takeFirstAnswer(request)) ?? (isSearchByPhoto(request) ? upload(request) : globalThis.fetch(request)),
  querySerializer: { array: { style: "form", explode: true } },
});

/** A photo on a slow line takes seconds, and the page shows how far it is. */
function isSearchByPhoto({ method, url, headers }: Request): boolean {
  const isForm = headers.get("content-type")?.startsWith("multipart/form-data") ?? false;
  return method === "POST" && isForm && new URL(url).pathname.endsWith("/v1/search");
}

type Answer<Data> = { data?: Data; error?: unknown; response: Response };

/** The data of a call; throws an `ApiError` for a problem document, or if there was no response. */
export async function answer<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, response } = await accepted(call);
  if (data === undefined) throw new ApiError("other", response.status);
  return data;
}

/** Waits for a call that returns nothing; throws as `answer`. */
export async function done(call: Promise<Answer<unknown>>): Promise<void> {
  await accepted(call);
}

async function accepted<Data>(call: Promise<Answer<Data>>): Promise<Answer<Data>> {
  let result: Answer<Data>;
  try {
    result = await call;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw unanswered();
  }
  if (result.response.ok) return result;
  throw problemOf(typeof result.error === "object" ? (result.error ?? undefined) : undefined, result.response);
}

/** Checked by name, because browsers and test environments have several such classes. */
function isAbort(error: unknown): boolean {
  return typeof error === "object" && error !== null && "name" in error && error.name === "AbortError";
}

type Field = string | number | boolean | Blob | null | undefined;

/** A body serialiser for `multipart/form-data`: lists repeat their field; undefined and empty values are omitted. */
export function toForm(fields: Record<string, Field | readonly Field[]>): FormData {
  const form = new FormData();
  for (const [name, field] of Object.entries(fields)) {
    for (const value of Array.isArray(field) ? field : [field]) {
      if (value === undefined || value === null || value === "") continue;
      if (value instanceof Blob) form.append(name, value, value instanceof File ? value.name : "photo");
      else form.append(name, String(value));
    }
  }
  return form;
}
