/** The audit log: who changed what, and when; each change can be taken back. */
import { infiniteQueryOptions, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, client } from "@/api/client";
import { ApiError } from "@/api/problems";
import type { AuditEntry } from "@/api/types";
import { formatTime } from "@/shared/format/times";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import type { AdminMessages } from "@/shared/i18n/messages";
import { Button } from "@/shared/ui/button";
import { ProblemNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { Skeleton } from "@/shared/ui/skeleton";

const auditQuery = infiniteQueryOptions({
  queryKey: ["audit"],
  initialPageParam: "",
  queryFn: ({ pageParam: cursor, signal }) =>
    answer(client.GET("/v1/audit", { params: { query: { limit: 50, ...(cursor && { cursor }) } }, signal })),
  getNextPageParam: (page) => page.next_cursor,
  staleTime: 0,
});

export function AuditPage() {
  const m = useAdminMessages();
  const words = m.audit;
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(auditQuery);
  const entries = data?.pages.flatMap((page) => page.entries);
  return (
    <>
      <PageHeading title={words.title} intro={words.intro} />
      {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
      {!entries && !error && <Skeleton className="mt-8 h-60 w-full" />}
      {entries?.length === 0 && <p className="mt-8">{words.none}</p>}
      <ol className="mt-8 flex flex-col gap-4">
        {entries?.map((entry) => (
          <li key={entry.entry_id} className="rounded-lg border border-line bg-surface px-4 py-4 sm:px-6">
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <Button variant="outline" className="mt-6" onClick={() => void fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const m = useAdminMessages();
  const words = m.audit;
  const language = useLanguage();
  const queryClient = useQueryClient();
  const undo = useMutation({
    mutationFn: (entry_id: string) =>
      answer(client.POST("/v1/audit/{entry_id}:undo", { params: { path: { entry_id } } })),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  const what = words.what(words.kinds[entry.kind], nameOf(entry));
  const isExperiment = entry.kind === "experiments";
  const [isSure, setSure] = useState(!isExperiment); // it ends for good
  return (
    <article aria-label={what}>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h2 className="font-medium font-sans text-base tracking-normal wrap-anywhere">{what}</h2>
          <p className="text-sm text-muted">
            {words.by(didOf(entry, words), entry.who, formatTime(entry.at, language))}
          </p>
        </div>
        {entry.can_undo ? (
          <div className="flex flex-wrap items-center gap-2 text-sm">
            {isExperiment && isSure && m.experiments.sure}
            <Button
              variant="outline"
              size="sm"
              onClick={() => (isSure ? undo.mutate(entry.entry_id) : setSure(true))}
              disabled={undo.isPending}
              aria-label={isExperiment && isSure ? undefined : words.undoOf(what)}
            >
              {isExperiment && isSure ? m.experiments.stopNow : words.undo}
            </Button>
          </div>
        ) : (
          <p className="text-sm text-muted">{words.ended}</p>
        )}
      </div>
      <details className="mt-2 text-sm">
        <summary className="inline-flex min-h-11 cursor-pointer items-center">{words.details}</summary>
        <div className="grid gap-4 md:grid-cols-2">
          <State title={words.before} value={entry.before} />
          <State title={words.after} value={entry.after} />
        </div>
      </details>
      {undo.error && (
        <p role="alert" className="mt-2 text-accent">
          {undo.error instanceof ApiError && undo.error.code === "changed"
            ? words.later
            : words.failed(undo.error.message)}
        </p>
      )}
    </article>
  );
}

function State({ title, value }: { title: string; value: AuditEntry["before"] }) {
  const m = useAdminMessages();
  return (
    <div>
      <h3 className="font-medium font-sans text-sm tracking-normal">{title}</h3>
      {value ? (
        <pre className="mt-1 font-mono whitespace-pre-wrap wrap-anywhere">{JSON.stringify(value, null, 2)}</pre>
      ) : (
        <p className="text-muted">{m.audit.nothing}</p>
      )}
    </div>
  );
}

function didOf({ kind, before, after, undoes }: AuditEntry, words: AdminMessages["audit"]) {
  if (undoes) return words.undid;
  if (kind === "experiments") return before === null ? words.started : words.stopped;
  if (before === null) return words.added;
  return after === null ? words.removed : words.changed;
}

/** What people call the thing that was changed, else its key. */
function nameOf({ before, after, key }: AuditEntry): string {
  const value = after ?? before ?? {};
  const named = ["name", "title", "query"]
    .map((field) => value[field])
    .find((text) => typeof text === "string" && text);
  const { words } = value as { words?: string[] };
  return String(named ?? words?.join(", ") ?? key);
}
