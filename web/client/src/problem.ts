/** What the server answers where it refuses, as an error. */
import type { components } from "./schema.js";

/** A problem document (RFC 9457). */
export type Problem = components["schemas"]["Problem"];

/** An answer that is a problem: branch on `code`, show `detail` and `remedy` to people. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";

  constructor(
    /** Stable, such as `unknown-item`; the server explains each at `/problems/CODE`. Empty for a proxy's own page. */
    readonly code: string,
    /** The HTTP status. */
    readonly status: number,
    /** What went wrong, in English. */
    readonly detail: string,
    /** What to do about it, in English. */
    readonly remedy = "",
    /** Names the request in the server's log. */
    readonly requestId = "",
    /** How long to wait before trying again; 0 where the server does not say. */
    readonly retryAfterS = 0,
  ) {
    super(`${status}${code && ` ${code}`}: ${detail}`);
  }
}

/** The error of a failed response; `body` is its problem document, or anything else that a proxy sent instead. */
export function problemOf(body: unknown, response: Response): ProblemError {
  if (!isProblem(body)) return new ProblemError("", response.status, "the answer is no problem document.");
  const retryAfterS = Number(response.headers.get("Retry-After") ?? 0) || 0;
  return new ProblemError(body.code, response.status, body.detail, body.remedy, body.request_id, retryAfterS);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && typeof body.code === "string";
}
