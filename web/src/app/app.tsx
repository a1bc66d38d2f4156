import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { PhotoProvider } from "@/shared/photo/photo";
import { Toasts } from "@/shared/ui/toasts";
import type { newRouter } from "./router";

export function App({ queryClient, router }: { queryClient: QueryClient; router: ReturnType<typeof newRouter> }) {
  return (
    <QueryClientProvider client={queryClient}>
      <PhotoProvider>
        <RouterProvider router={router} />
        <Toasts />
      </PhotoProvider>
    </QueryClientProvider>
  );
}
