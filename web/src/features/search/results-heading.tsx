/** The heading of the results; their number is announced to screen readers. A small screen has no room to show both. */
import type { ReactNode } from "react";
import { useMessages } from "@/shared/i18n/language";

type ResultsHeadingProps = {
  title: string;
  /** 1 for the page's own heading. */
  level?: 1 | 2;
  /** How many are shown; undefined while they load. */
  count: number | undefined;
  children?: ReactNode;
};

export function ResultsHeading({ title, level = 1, count, children }: ResultsHeadingProps) {
  const m = useMessages();
  const Level = level === 1 ? "h1" : "h2";
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 overflow-hidden lg:mb-3 lg:min-h-11">
      {level === 1 && <title>{`${title} · ${m.common.brand}`}</title>}
      <Level className="text-3xl max-lg:sr-only">{title}</Level>
      <div className="ms-auto flex min-h-5 items-center gap-x-4 whitespace-nowrap text-sm text-muted tabular-nums max-lg:hidden">
        {children}
      </div>
      <p role="status" className="sr-only">
        {count !== undefined && m.search.announce(count)}
      </p>
    </div>
  );
}
