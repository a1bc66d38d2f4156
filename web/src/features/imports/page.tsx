/** Imports: a form that starts one, and all that wait, run or ended lately. */
import { useQuery } from "@tanstack/react-query";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Notice, ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { Skeleton } from "@/shared/ui/skeleton";
import { ByUrl } from "./by-url";
import { Feeds } from "./feeds";
import { Job } from "./job";
import { importsQuery } from "./queries";
import { Upload } from "./upload";
import { followedOf, useEvents } from "./use-events";

export function ImportsPage() {
  const m = useAdminMessages();
  const { data, error, failureReason, refetch } = useQuery(importsQuery);
  useEvents(followedOf(data?.imports ?? []));
  return (
    <>
      <PageHeading title={m.imports.pageTitle} intro={m.imports.intro} />
      <div className="mt-8 flex flex-col gap-10">
        <Upload />
        <ByUrl />
        <section aria-labelledby="imports">
          <h2 id="imports" className="text-3xl">
            {m.imports.list}
          </h2>
          {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
          {!data && !error && (
            <div className="mt-4">
              <WaitingNotice failure={failureReason} />
              <Skeleton className="h-40 w-full" />
            </div>
          )}
          {data?.imports.length === 0 && (
            <Notice icon="clock" title={m.imports.none.title} text={m.imports.none.text} />
          )}
          <ul className="mt-4 flex flex-col gap-4">
            {data?.imports.map((job) => (
              <li key={job.job_id}>
                <Job job={job} />
              </li>
            ))}
          </ul>
        </section>
        <Feeds />
      </div>
    </>
  );
}
