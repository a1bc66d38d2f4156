/** The pages as they look before the server's first answer, rendered when the site is built: see `scripts/pages.mjs`. */
import { createMemoryHistory } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { newQueryClient } from "@/api/query-client";
import { setLanguage } from "@/shared/i18n/language";
import { App } from "./app";
import { newRouter } from "./router";

const POLL_MS = 50;
const SAME_POLLS = 6; // so long nothing may change: the page loads parts of itself
const MOST_POLLS = 2400;
const NOT_YET = "title, style, link, script, input[type=file], [data-testid=photo-file]";

/** The page at the address, as HTML; whatever it asks for stays unanswered. */
export async function shellOf(address: string, language: "en" | "de"): Promise<string> {
  setLanguage(language);
  const page = document.createElement("div");
  const root = createRoot(page);
  const queryClient = newQueryClient();
  const router = newRouter(queryClient, createMemoryHistory({ initialEntries: [address] }));
  root.render(<App queryClient={queryClient} router={router} />);
  await settled(page);
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

/** Resolves once the content is there and stays as it is. */
async function settled(page: HTMLElement): Promise<void> {
  let [before, same] = ["", 0];
  for (let poll = 0; poll < MOST_POLLS && same < SAME_POLLS; poll++) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const isThere = page.querySelector("main > *") !== null;
    same = isThere && page.innerHTML === before ? same + 1 : 0;
    before = page.innerHTML;
  }
  if (same < SAME_POLLS) throw new Error("the page's shell never came to rest");
}
