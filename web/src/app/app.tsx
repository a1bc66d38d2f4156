import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { newQueryClient } from "@/api/query-client";
import { PhotoProvider } from "@/shared/photo/photo";
import { Toasts } from "@/shared/ui/toasts";
import { newRouter } from "./router";

export function App() {
  const [queryClient] = useState(newQueryClient);
  const [router] = useState(() => newRouter(queryClient));
  return (
    <QueryClientProvider client={queryClient}>
      <PhotoProvider>
        <RouterProvider router={router} />
        <Toasts />
      </PhotoProvider>
    </QueryClientProvider>
  );
}
