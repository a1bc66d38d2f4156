/** How a link of the main navigation looks; the current page's is underlined. */
export const NAV_LINK =
  "inline-flex min-h-11 items-center rounded px-2 sm:px-3 text-[0.9375rem] text-muted underline-offset-8 -outline-offset-2! hover:text-ink aria-[current=page]:text-ink aria-[current=page]:underline aria-[current=page]:decoration-accent aria-[current=page]:decoration-2";
