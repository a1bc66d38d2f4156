/** A part of the item page with a heading, a way to all of it, and a row of cards. */
import type { ReactNode } from "react";

export function Section({ title, link, children }: { title: string; link?: ReactNode; children: ReactNode }) {
  return (
    <section className="mt-12">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h2 className="text-3xl">{title}</h2>
        {link}
      </div>
      {children}
    </section>
  );
}

export const SECTION_LINK = "inline-flex min-h-11 items-center text-[0.9375rem] text-accent hover:underline";
