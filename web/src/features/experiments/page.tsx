/** Experiments: a form that starts one, and what each has shown so far. */
import { useQuery } from "@tanstack/react-query";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Notice, ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { Skeleton } from "@/shared/ui/skeleton";
import { ExperimentCard } from "./experiment";
import { experimentsQuery } from "./queries";
import { StartForm } from "./start-form";

export function ExperimentsPage() {
  const m = useAdminMessages();
  const { data, error, failureReason, refetch } = useQuery(experimentsQuery);
  return (
    <>
      <PageHeading title={m.experiments.pageTitle} intro={m.experiments.intro} />
      <div className="mt-8 flex flex-col gap-10">
        <StartForm />
        <section aria-labelledby="experiments">
          <h2 id="experiments" className="text-3xl">
            {m.experiments.list}
          </h2>
          {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
          {!data && !error && (
            <div className="mt-4">
              <WaitingNotice failure={failureReason} />
              <Skeleton className="h-40 w-full" />
            </div>
          )}
          {data?.experiments.length === 0 && (
            <Notice icon="clock" title={m.experiments.none.title} text={m.experiments.none.text} />
          )}
          <ul className="mt-4 flex flex-col gap-4">
            {data?.experiments.map((one) => (
              <li key={one.name}>
                <ExperimentCard experiment={one} />
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  );
}
