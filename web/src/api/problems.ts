/** The kinds of failure that people see as different; the words for each are in the message catalogues. */
import type { Problem } from "./types";

export type ProblemKind =
  | "too-large"
  | "unsupported"
  | "heic"
  | "broken-image"
  | "unknown-item"
  | "expired"
  | "busy"
  | "warming-up"
  | "offline"
  | "unreachable"
  | "other";

const KIND_OF_CODE: Readonly<Record<string, ProblemKind>> = {
  "image-too-large": "too-large",
  "body-too-large": "too-large",
  "unsupported-image": "unsupported",
  "unsupported-media-type": "unsupported",
  "broken-image": "broken-image",
  "missing-image": "broken-image",
  "unknown-item": "unknown-item",
  "not-found": "unknown-item",
  "bad-cursor": "expired",
  overloaded: "busy",
  "request-timeout": "busy",
  "rate-limited": "busy",
  "storage-full": "busy",
  "not-ready": "warming-up",
};

/** Any failure of a request; `kind` selects the message, `requestId` is for the operator. */
export class ApiError extends Error {
  constructor(
    readonly kind: ProblemKind,
    readonly status = 0,
    readonly retryAfterS = 0,
    readonly requestId = "",
    detail: string = kind,
    /** Of the server's problem document. */
    readonly code = "",
  ) {
    super(detail);
    this.name = "ApiError";
  }
}

/** The error for a failed response, with or without a problem document. */
export function problemOf(problem: Partial<Problem> | undefined, response: Response): ApiError {
  const kind = kindOfCode(problem?.code ?? "", response.status);
  const retryAfterS = Number(response.headers.get("Retry-After") ?? 0) || 0;
  return new ApiError(kind, response.status, retryAfterS, problem?.request_id, problem?.detail, problem?.code);
}

export function kindOfCode(code: string, status: number): ProblemKind {
  return KIND_OF_CODE[code] ?? (status === 413 ? "too-large" : status === 503 ? "warming-up" : "other");
}

/** The error for a request without a response. */
export function unanswered(): ApiError {
  return new ApiError(navigator.onLine ? "unreachable" : "offline");
}

/** The kind of problem to show for any thrown value. */
export function kindOf(error: unknown): ProblemKind {
  return error instanceof ApiError ? error.kind : "other";
}
