/** The server that unit tests talk to; each test adds its answers by `server.use(http.get(…))`. */
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { info } from "./info";

/** At `/admin`, unless a test says otherwise, somebody is signed in. */
export const signedIn = { state: "signed-in", key: "jo", expires: "2026-11-27T20:00:00Z", csrf_token: "c5f" };

export const server = setupServer(
  http.get("*/v1/info", () => HttpResponse.json(info())),
  http.get("*/v1/session", () => HttpResponse.json(signedIn)),
);

/** A problem document as the real server sends it. */
export function problem(code: string, status: number, headers: Record<string, string> = {}) {
  const body = {
    type: `/problems/${code}`,
    title: code,
    status,
    detail: code,
    instance: "/",
    code,
    remedy: "",
    request_id: "r1",
  };
  return HttpResponse.json(body, { status, headers: { "Content-Type": "application/problem+json", ...headers } });
}
