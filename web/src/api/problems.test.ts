import { afterEach, expect, test, vi } from "vitest";
import { ApiError, kindOf, problemOf, unanswered } from "./problems";

afterEach(() => vi.restoreAllMocks());

const answered = (status: number, headers = {}) => new Response(null, { status, headers });

test.each([
  ["image-too-large", 413, "too-large"],
  ["body-too-large", 413, "too-large"],
  ["unsupported-image", 415, "unsupported"],
  ["broken-image", 422, "broken-image"],
  ["unknown-item", 404, "unknown-item"],
  ["not-ready", 503, "warming-up"],
  ["overloaded", 503, "busy"],
  ["storage-full", 503, "busy"],
  ["rate-limited", 429, "busy"],
  ["bad-cursor", 400, "expired"],
  ["internal-error", 500, "other"],
])("the code %s with %i is %s", (code, status, kind) => {
  expect(problemOf({ code }, answered(status)).kind).toBe(kind);
});

test("an answer that is no problem document is classified by its status", () => {
  expect(problemOf(undefined, answered(413)).kind).toBe("too-large");
  expect(problemOf(undefined, answered(503)).kind).toBe("warming-up");
  expect(problemOf(undefined, answered(502)).kind).toBe("other");
});

test("the server's wait and the request's id are kept", () => {
  const error = problemOf({ code: "overloaded", request_id: "abc" }, answered(503, { "Retry-After": "7" }));
  expect(error).toMatchObject({ retryAfterS: 7, requestId: "abc", status: 503 });
});

test("no answer is offline where the browser knows it is, else unreachable", () => {
  expect(unanswered().kind).toBe("unreachable");
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  expect(unanswered().kind).toBe("offline");
});

test("anything else that is thrown is other", () => {
  expect(kindOf(new Error("x"))).toBe("other");
  expect(kindOf(new ApiError("busy"))).toBe("busy");
});
