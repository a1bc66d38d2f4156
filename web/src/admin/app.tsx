import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { Toasts } from "@/shared/ui/toasts";
import { newAdminQueryClient } from "./query-client";
import { newAdminRouter } from "./router";

export function AdminApp() {
  const [queryClient] = useState(newAdminQueryClient);
  const [router] = useState(newAdminRouter);
  return (
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
      <Toasts />
    </QueryClientProvider>
  );
}
