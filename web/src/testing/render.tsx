/** The whole site at an address, against the test server: `renderAt("/item/boots-1")`, `renderAdminAt("/admin")`. */
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { newAdminQueryClient } from "@/admin/query-client";
import { newAdminRouter } from "@/admin/router";
import { newQueryClient } from "@/api/query-client";
import { App } from "@/app/app";
import { newRouter } from "@/app/router";

export function renderAt(address: string) {
  const queryClient = newQueryClient();
  const router = newRouter(queryClient, createMemoryHistory({ initialEntries: [address] }));
  const screen = render(<App queryClient={queryClient} router={router} />);
  return { ...screen, router, user: userEvent.setup({ applyAccept: false }) };
}

export function renderAdminAt(address: string) {
  const router = newAdminRouter(createMemoryHistory({ initialEntries: [address] }));
  const screen = render(
    <QueryClientProvider client={newAdminQueryClient()}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { ...screen, router, user: userEvent.setup() };
}
