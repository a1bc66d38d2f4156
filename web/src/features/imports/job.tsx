/** One import: how far it is or how it ended, its counts, and the rows that were rejected. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ImportJob } from "@/api/types";
import { formatCount } from "@/shared/format/numbers";
import { formatTime } from "@/shared/format/times";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Counts } from "./counts";
import { cancelImport, isFinished, keep } from "./queries";
import { Rejections } from "./rejections";

export function Job({ job }: { job: ImportJob }) {
  const m = useAdminMessages();
  const language = useLanguage();
  return (
    <article
      aria-label={job.source}
      data-state={job.state}
      className="rounded-lg border border-line bg-surface px-4 py-4 sm:px-6"
    >
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div>
          <h3 className="font-medium wrap-anywhere">{job.source}</h3>
          <p className="text-sm text-muted">{m.imports.started(formatTime(job.created, language))}</p>
        </div>
        {isFinished(job) ? <State job={job} /> : <CancelButton job={job} />}
      </div>
      {!isFinished(job) && <Progress job={job} />}
      <Counts of={job} />
      {job.error && (
        <p className="mt-3 text-accent">
          {job.error} {job.remedy}
        </p>
      )}
      {job.prune_refused && <p className="mt-3 text-accent">{m.imports.pruneRefused(job.prune_refused)}</p>}
      {job.rejections.length > 0 && <Rejections job={job} />}
    </article>
  );
}

function State({ job }: { job: ImportJob }) {
  const m = useAdminMessages();
  const look = job.state === "succeeded" ? "bg-wash" : "bg-blush text-accent";
  return <p className={`rounded-full px-3 py-1 text-sm font-medium ${look}`}>{m.imports.states[job.state]}</p>;
}

function CancelButton({ job }: { job: ImportJob }) {
  const m = useAdminMessages();
  const queryClient = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: () => cancelImport(job.job_id),
    onSuccess: (changed) => keep(queryClient, changed),
  });
  return (
    <Button
      variant="outline"
      size="sm"
      disabled={isPending || job.cancel_requested}
      aria-label={m.imports.cancelOf(job.source)}
      onClick={() => mutate()}
    >
      {m.imports.cancel}
    </Button>
  );
}

function Progress({ job }: { job: ImportJob }) {
  const m = useAdminMessages();
  const language = useLanguage();
  const stage = m.imports.stages[job.stage as keyof typeof m.imports.stages] ?? m.imports.states[job.state];
  const isCounted = job.stage === "encoding" && job.total > 0;
  return (
    <div className="mt-3">
      <p role="status" className="text-sm">
        {job.cancel_requested ? m.imports.cancelling : stage}
        {isCounted && ` ${formatCount(job.done, language)} / ${formatCount(job.total, language)}`}
      </p>
      <progress
        aria-label={m.imports.progress(job.source)}
        className={isCounted ? "mt-1 w-full accent-accent" : "busy-bar mt-1 w-full"}
        {...(isCounted && { value: job.done, max: job.total })}
      />
    </div>
  );
}
