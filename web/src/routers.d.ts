/** The addresses that links may name: those of the shop and those of `/admin`. Between the two, a link is a plain `<a>`. */
import type { newAdminRouter } from "@/admin/router";
import type { newRouter } from "@/app/router";

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof newRouter> | ReturnType<typeof newAdminRouter>;
  }
}
