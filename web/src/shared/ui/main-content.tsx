/** What every layout has: the link to the content, and the content itself, which is focused after a change of page. */
import { Outlet, useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { useMessages } from "@/shared/i18n/language";

export function SkipLink() {
  const m = useMessages();
  return (
    <a
      href="#content"
      className="sr-only z-70 rounded-full bg-ink px-5 py-3 text-paper focus:not-sr-only focus:fixed focus:top-3 focus:start-3"
    >
      {m.common.skipToContent}
    </a>
  );
}

export function MainContent({ children = <Outlet /> }: { children?: ReactNode }) {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus({ preventScroll: true }); // so that keyboard and screen reader continue in the new page
  }, [pathname]);
  return (
    <main
      ref={main}
      id="content"
      tabIndex={-1}
      className="mx-auto min-h-[80vh] max-w-7xl px-4 pt-2 pb-6 sm:px-8 sm:py-10"
    >
      {children}
    </main>
  );
}
