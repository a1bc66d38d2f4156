/** What the server serves, whether it is ready, and who may use it. */
import { useQuery } from "@tanstack/react-query";
import { overviewQuery } from "@/api/overview";
import { sessionQuery } from "@/api/session";
import type { Overview } from "@/api/types";
import { formatTime } from "@/shared/format/times";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import { ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { Skeleton } from "@/shared/ui/skeleton";
import { Fact, Facts } from "./facts";
import { KeyTable } from "./key-table";
import { ReadinessFacts } from "./readiness";

export function OverviewPage() {
  const m = useAdminMessages();
  const { data, error, failureReason, refetch } = useQuery(overviewQuery);
  return (
    <>
      <PageHeading title={m.overview.pageTitle} intro={m.overview.intro} />
      <div className="mt-8 flex flex-col gap-10">
        {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
        {!data && !error && (
          <>
            <WaitingNotice failure={failureReason} />
            <Skeleton className="h-72 w-full" />
          </>
        )}
        {data && <Loaded overview={data} />}
      </div>
    </>
  );
}

function Loaded({ overview }: { overview: Overview }) {
  const m = useAdminMessages();
  const language = useLanguage();
  const { data: session } = useQuery({ ...sessionQuery, staleTime: Number.POSITIVE_INFINITY });
  return (
    <>
      <Facts>
        <ReadinessFacts />
        <Fact name={m.overview.store}>{overview.store}</Fact>
        <Fact name={m.overview.head}>{overview.compat}</Fact>
        <Fact name={m.overview.version}>{overview.version}</Fact>
        {session?.key && session.expires && (
          <Fact name={m.overview.signedIn}>
            {m.overview.signedInAs(session.key, formatTime(session.expires, language))}
          </Fact>
        )}
      </Facts>
      <KeyTable keys={overview.keys} />
    </>
  );
}
