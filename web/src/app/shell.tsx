/** The pages as they look before the server's first answer, rendered when the site is built: see `scripts/pages.mjs`. */
import { createMemoryHistory } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { newQueryClient } from "@/api/query-client";
import { setLanguage } from "@/shared/i18n/language";
import { App } from "./app";
import { newRouter } from "./router";

const SETTLED_MS = 300;
const NOT_YET = "title, style, link, script, input[type=file], [data-testid=photo-file]";

/** The page at the address, as HTML; whatever it asks for stays unanswered. */
export async function shellOf(address: string, language: "en" | "de"): Promise<string> {
  setLanguage(language);
  const page = document.createElement("div");
  const root = createRoot(page);
  const queryClient = newQueryClient();
  const router = newRouter(queryClient, createMemoryHistory({ initialEntries: [address] }));
  root.render(<App queryClient={queryClient} router={router} />);
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const shell = page.cloneNode(true) as HTMLElement;
  root.unmount();
  for (const element of shell.querySelectorAll(NOT_YET)) element.remove();
  for (const element of shell.querySelectorAll("[style]")) element.removeAttribute("style"); // the policy allows none
  for (const board of shell.querySelectorAll("[data-board]")) board.replaceChildren();
  for (const input of shell.querySelectorAll("input, select")) input.setAttribute("disabled", "");
  for (const element of shell.querySelectorAll("[id], [data-testid], [role=status]")) {
    for (const name of ["id", "data-testid", "role"]) element.removeAttribute(name);
  }
  return shell.innerHTML;
}
