import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { newQueryClient } from "@/api/query-client";
import { App } from "@/app/app";
import { newRouter } from "@/app/router";
import { messages } from "@/shared/i18n/language";
import "@/styles.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
const queryClient = newQueryClient();
const router = newRouter(queryClient);
const show = () =>
  createRoot(root).render(
    <StrictMode>
      <App queryClient={queryClient} router={router} />
    </StrictMode>,
  );
router.load().then(show, show); // the page's shell stays until the page can take its place

/** After the page has settled, so that the worker's files do not compete with it. */
if (import.meta.env.PROD && "serviceWorker" in navigator)
  globalThis.addEventListener("load", () => {
    setTimeout(() => {
      import("@/app/worker").then(({ startWorker }) => startWorker(() => messages().app)).catch(console.warn);
    }, 2000);
  });
