/** A section of the account's page. */
import { type ReactNode, useId } from "react";

export function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0">
      <h2 id={id} className="text-2xl">
        {title}
      </h2>
      {text && <p className="mt-1 text-muted">{text}</p>}
      {children}
    </section>
  );
}
