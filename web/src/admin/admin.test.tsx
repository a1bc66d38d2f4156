import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, test } from "vitest";
import { readLink } from "@/features/session/link";
import { renderAdminAt } from "@/testing/render";
import { problem, server, signedIn } from "@/testing/server";

const signedOut = { state: "signed-out", key: "", expires: null, csrf_token: "" };
const overview = {
  version: "0.1.0",
  store: "sqlite:////srv/shop.db",
  model: "packaged",
  compat: "packaged",
  keys: [
    { name: "jo", scope: "admin", last_four: "1f0c", created: "2026-11-01T09:00:00Z", expires: null, last_used: "" },
  ],
  import_urls: false,
  require_read_key: false,
};
const readiness = { ...{ status: "ready", items: 1234, vectors: 1230, architecture: "lite2" }, upgrade: null };
const ready = { ...readiness, precision: "int8", fingerprint: "abc", last_check: null };

beforeEach(() => {
  server.use(
    http.get("*/v1/overview", () => HttpResponse.json(overview)),
    http.get("*/readyz", () => HttpResponse.json(ready)),
  );
});

/** Who is signed in at the server, and what it was sent. */
function door(answer: (body: unknown) => Response) {
  const sent: unknown[] = [];
  let state: unknown = signedOut;
  server.use(
    http.get("*/v1/session", () => HttpResponse.json(state as object)),
    http.post("*/v1/session", async ({ request }) => {
      sent.push(await request.json());
      const answered = answer(sent.at(-1));
      if (answered.ok) state = signedIn;
      return answered as never;
    }),
    http.delete("*/v1/session", ({ request }) => {
      sent.push(request.headers.get("X-CSRF-Token"));
      state = signedOut;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  return sent;
}

test("a wrong key is refused in words, the right one opens the page that was asked for", async () => {
  const sent = door((body) =>
    (body as { key: string }).key === "dsk_right" ? HttpResponse.json(signedIn) : problem("invalid-key", 401),
  );
  const { user, router } = renderAdminAt("/admin");
  const field = await screen.findByLabelText("API key");
  await user.type(field, "dsk_wrong{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("This key is not valid.");
  expect(field).toHaveAttribute("aria-invalid", "true");
  await user.clear(field);
  await user.type(field, " dsk_right {Enter}");
  expect(await screen.findByText("1,234")).toBeInTheDocument();
  expect(router.state.location.pathname).toBe("/admin");
  expect(screen.getByRole("rowheader", { name: "jo" })).toBeInTheDocument();

  await user.click(screen.getByRole("button", { name: "Sign out" }));
  expect(await screen.findByLabelText("API key")).toBeInTheDocument();
  expect(sent).toEqual([{ key: "dsk_wrong" }, { key: "dsk_right" }, "c5f"]);
});

test.each([
  ["insufficient-scope", 403, "Only a key of the scope admin may"],
  ["rate-limited", 429, "Too many attempts"],
  ["cross-origin", 403, "does not confirm"],
  ["internal-error", 500, "could not sign you in"],
])("%s is said in words", async (code, status, words) => {
  door(() => problem(code, status));
  const { user } = renderAdminAt("/admin");
  await user.type(await screen.findByLabelText("API key"), "dsk_x{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent(words);
});

test("a link signs in by itself, once, and leaves the address", async () => {
  const sent = door(() => HttpResponse.json(signedIn));
  globalThis.history.replaceState(null, "", "/admin?a=1#link=dss_1");
  readLink(globalThis.location, globalThis.history);
  expect(globalThis.location.href).toMatch(/\/admin\?a=1$/);
  const { user } = renderAdminAt("/admin");
  await user.click(await screen.findByRole("button", { name: "Sign out" }));
  await screen.findByLabelText("API key");
  expect(sent).toEqual([{ link: "dss_1" }, "c5f"]);
});

test("without a key the page says how to create one", async () => {
  server.use(http.get("*/v1/session", () => HttpResponse.json({ ...signedOut, state: "no-key" })));
  renderAdminAt("/admin/map");
  expect(await screen.findByText("deepstyle keys create NAME --scope admin")).toBeInTheDocument();
  expect(screen.queryByRole("navigation")).not.toBeInTheDocument();
});

test("where the session has ended, the page asks for the key again", async () => {
  let state: object = signedIn;
  server.use(
    http.get("*/v1/session", () => HttpResponse.json(state)),
    http.get("*/v1/reports", () => {
      state = signedOut;
      return problem("invalid-session", 401);
    }),
  );
  renderAdminAt("/admin/evaluation");
  expect(await screen.findByLabelText("API key")).toBeInTheDocument();
});

test("a server that is not ready says why", async () => {
  server.use(http.get("*/readyz", () => problem("not-ready", 503)));
  renderAdminAt("/admin");
  expect(await screen.findByText(/Not ready/)).toBeInTheDocument();
  await waitFor(() => expect(screen.getByText(/not-ready/)).toBeInTheDocument());
});

test.each(["signed-out", "no-key"])(
  "where accounts are on, the page of a browser that is %s leads to sign-in",
  async (state) => {
    server.use(http.get("*/v1/session", () => HttpResponse.json({ ...signedOut, state, accounts: true })));
    renderAdminAt("/admin/rules");
    const link = await screen.findByRole("link", { name: "Sign in with your account" });
    expect(link).toHaveAttribute("href", "/account/sign-in?next=%2Fadmin%2Frules");
    expect(screen.queryAllByLabelText("API key")).toHaveLength(state === "no-key" ? 0 : 1);
  },
);

test("an account without a role reads that it has none, in German too", async () => {
  document.documentElement.lang = "de";
  const shopper = { ...signedOut, account: "jo@shop.example", role: "shopper", accounts: true };
  server.use(http.get("*/v1/session", () => HttpResponse.json(shopper)));
  renderAdminAt("/admin");
  expect(await screen.findByText(/Du bist als jo@shop.example angemeldet/)).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "Mit einem anderen Konto anmelden" })).toBeInTheDocument();
});
