import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { readLink } from "@/features/session/link";
import { AdminApp } from "./app";
import "@/styles.css";

const root = document.getElementById("root");
if (root === null) throw new Error("admin.html has no #root");
readLink(globalThis.location, globalThis.history);
createRoot(root).render(
  <StrictMode>
    <AdminApp />
  </StrictMode>,
);
