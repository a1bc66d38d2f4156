/** What the server wrote into the page that was opened: for those who follow a link to it, and its first answers. */
import type { RouterEvents } from "@tanstack/react-router";

/** Removes it when another page is shown: browsers share a page by its canonical address. */
export function dropPageMeta({ fromLocation, hrefChanged }: RouterEvents["onBeforeNavigate"]): void {
  if (!fromLocation || !hrefChanged) return;
  const site = document.head.querySelector<HTMLMetaElement>('[property="og:site_name"]');
  const title = [...document.head.querySelectorAll("title")].at(-1); // pages put theirs before it
  if (site && title) title.textContent = site.content;
  for (const tag of document.querySelectorAll("[data-page]")) tag.remove();
}
