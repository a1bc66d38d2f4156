/** A list of records of one kind under its heading, and a row of it. */
import type { ReactNode } from "react";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Button } from "@/shared/ui/button";
import { ProblemNotice } from "@/shared/ui/notice";
import { Skeleton } from "@/shared/ui/skeleton";

type SectionProps = {
  id: string;
  title: string;
  query: { data?: { records: unknown[] } | undefined; error: Error | null; refetch: () => unknown };
  none: string;
  children: ReactNode;
};

export function RecordsSection({ id, title, query, none, children }: SectionProps) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="text-3xl">
        {title}
      </h2>
      {query.error && <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />}
      {!query.data && !query.error && <Skeleton className="mt-4 h-20 w-full" />}
      {query.data && children}
      {query.data?.records.length === 0 && <p className="mt-4 text-muted">{none}</p>}
    </section>
  );
}

export function RecordRow({ text, onRemove }: { text: string; onRemove: () => void }) {
  const m = useAdminMessages();
  return (
    <li className="flex items-center justify-between gap-4 border-b border-line py-1">
      <span className="wrap-anywhere">{text}</span>
      <Button variant="quiet" size="sm" onClick={onRemove} aria-label={m.merchandising.words.removeOf(text)}>
        {m.merchandising.words.remove}
      </Button>
    </li>
  );
}
