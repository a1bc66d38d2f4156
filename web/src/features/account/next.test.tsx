import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, test, vi } from "vitest";
import { newQueryClient } from "@/api/query-client";
import { server } from "@/testing/server";
import * as next from "./next";
import { SignInPage } from "./sign-in-page";

const { readNext, remember, takeRemembered } = next;
const left = vi.fn<(next: string) => void>();

beforeEach(() => {
  left.mockClear();
  vi.spyOn(next, "leaveFor").mockImplementation(left);
  const ways = { sign_up: false, passkeys: false, providers: [{ provider: "example", name: "Example" }] };
  server.use(
    http.get("*/v1/accounts/session", () => HttpResponse.json({ state: "signed-out", ways })),
    http.post("*/v1/accounts/session", () => HttpResponse.json({ state: "signed-in", person_id: "p", ways })),
  );
});

/** The page at an address, in a shop that has no other. */
function renderSignIn(address: string) {
  const root = createRootRoute({ component: Outlet });
  const routeTree = root.addChildren([
    createRoute({
      getParentRoute: () => root,
      path: "/account/sign-in",
      component: SignInPage,
    }),
    createRoute({ getParentRoute: () => root, path: "/account", component: () => <p>The account</p> }),
  ]);
  const router = createRouter({ routeTree, history: createMemoryHistory({ initialEntries: [address] }) });
  render(
    <QueryClientProvider client={newQueryClient()}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

async function signIn(user: ReturnType<typeof userEvent.setup>) {
  await user.type(await screen.findByLabelText("E-mail address"), "jo@shop.example");
  await user.type(screen.getByLabelText("Password"), "correct horse battery{Enter}");
}

test("somebody who came from an admin page goes back there", async () => {
  await signIn(renderSignIn("/account/sign-in?next=/admin/rules"));
  await waitFor(() => expect(left).toHaveBeenCalledWith("/admin/rules"));
});

test("somebody whom a provider sent back does, too", async () => {
  remember("/admin");
  await signIn(renderSignIn("/account/sign-in"));
  await waitFor(() => expect(left).toHaveBeenCalledWith("/admin"));
});

test("everybody else comes to the account", async () => {
  await signIn(renderSignIn("/account/sign-in?next=https://evil.example"));
  expect(await screen.findByText("The account")).toBeInTheDocument();
  expect(left).not.toHaveBeenCalled();
});

test("a provider's link remembers the page once, in this tab", async () => {
  const user = renderSignIn("/account/sign-in?next=/admin/audit");
  const link = await screen.findByRole("link", { name: "Sign in with Example" });
  link.addEventListener("click", (event) => event.preventDefault());
  await user.click(link);
  expect(takeRemembered()).toBe("/admin/audit");
  expect(takeRemembered()).toBeUndefined();
});

test.each(["//evil.example", "/admin/../x", "/adminx", "/admin?x", "https://a.b/admin", "/admin//x", "", "/"])(
  "%s is no page to go back to",
  (address) => {
    expect(readNext({ next: address })).toBeUndefined();
  },
);
