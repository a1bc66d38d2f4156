/** The evaluation page: the published reports. */
import { useQuery } from "@tanstack/react-query";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Command } from "@/shared/ui/command";
import { ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { Skeleton } from "@/shared/ui/skeleton";
import { reportsQuery } from "./queries";
import { ReportSection } from "./report-section";

export function EvaluationPage() {
  const m = useAdminMessages();
  const { data, error, failureReason, refetch } = useQuery(reportsQuery);
  return (
    <>
      <PageHeading title={m.evaluation.pageTitle} intro={m.evaluation.intro} />
      <div className="mt-10 flex flex-col gap-14">
        {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
        {!data && !error && (
          <>
            <WaitingNotice failure={failureReason} />
            <ReportSkeleton />
          </>
        )}
        {data?.reports.map((report) => (
          <ReportSection key={report.name} report={report} />
        ))}
        {data?.reports.length === 0 && <NoReports />}
      </div>
    </>
  );
}

/** The commands are the same in every language. */
const COMMANDS = [
  "deepstyle evaluate search --publish search",
  "deepstyle evaluate compat CATALOGUE --publish compat",
  "deepstyle report --publish pictures",
];

function NoReports() {
  const m = useAdminMessages();
  return (
    <section aria-label={m.evaluation.none.title} className="max-w-prose">
      <h2 className="text-3xl">{m.evaluation.none.title}</h2>
      <p className="mt-2 text-pretty text-muted">{m.evaluation.none.text}</p>
      <div className="mt-4 flex flex-col gap-1">
        {COMMANDS.map((command) => (
          <Command key={command} text={command} />
        ))}
      </div>
    </section>
  );
}

function ReportSkeleton() {
  return (
    <div className="flex flex-col gap-4">
      <Skeleton className="h-9 w-72 max-w-full" />
      <Skeleton className="h-64 w-full" />
    </div>
  );
}
