import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/app";
import { messages } from "@/shared/i18n/language";
import "@/styles.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

/** After the page has settled, so that the worker's files do not compete with it. */
if (import.meta.env.PROD && "serviceWorker" in navigator)
  globalThis.addEventListener("load", () => {
    setTimeout(() => {
      import("@/app/worker").then(({ startWorker }) => startWorker(() => messages().app)).catch(console.warn);
    }, 2000);
  });
