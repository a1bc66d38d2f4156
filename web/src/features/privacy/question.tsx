/** The question, at the end of the page and of the window, and the link that leads back to it. */
import { Link } from "@tanstack/react-router";
import { usePrivacyMessages } from "@/shared/i18n/privacy";
import { Answers } from "./answers";

export function ConsentQuestion() {
  const m = usePrivacyMessages();
  return (
    <section
      aria-label={m.title}
      className="sticky bottom-0 z-40 border-t border-line bg-surface px-4 py-4 sm:px-8 print:hidden"
    >
      <div className="mx-auto flex max-w-7xl flex-wrap items-center justify-between gap-x-8 gap-y-3">
        <p className="max-w-prose text-pretty text-sm">
          {m.question}{" "}
          <Link to="/privacy" className="underline underline-offset-4">
            {m.more}
          </Link>
        </p>
        <Answers />
      </div>
    </section>
  );
}

export function PrivacyLink() {
  const m = usePrivacyMessages();
  return (
    <footer className="mx-auto max-w-7xl px-4 py-4 sm:px-8 print:hidden">
      <Link
        to="/privacy"
        className="inline-flex min-h-11 items-center text-sm text-muted underline underline-offset-4 hover:text-ink"
      >
        {m.title}
      </Link>
    </footer>
  );
}
