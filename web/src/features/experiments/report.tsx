/** What an experiment has shown: a sentence, the interval as a picture and in words, and the guardrails. */
import { useQuery } from "@tanstack/react-query";
import type { ExperimentReport } from "@/api/types";
import { useAdminMessages } from "@/shared/i18n/admin";
import { ProblemNotice } from "@/shared/ui/notice";
import { Skeleton } from "@/shared/ui/skeleton";
import { Harms } from "./harms";
import { reportQuery } from "./queries";

export function Report({ name }: { name: string }) {
  const { data, error, refetch } = useQuery(reportQuery(name));
  if (error) return <ProblemNotice error={error} onRetry={() => refetch()} />;
  if (!data) return <Skeleton className="mt-3 h-24 w-full" />;
  return <Loaded report={data} />;
}

const BAD: readonly ExperimentReport["verdict"][] = ["harmful", "unsound"];

function Loaded({ report }: { report: ExperimentReport }) {
  const m = useAdminMessages();
  const words = m.experiments.report;
  const { wins, exposed, undecided } = report;
  const isMixed = report.method === "interleave";
  return (
    <div data-verdict={report.verdict}>
      <p className={`mt-3 font-medium ${BAD.includes(report.verdict) ? "text-accent" : ""}`}>
        {words.verdicts[report.verdict]}
      </p>
      <p className="mt-1 text-sm">
        {isMixed
          ? words.sessions(wins.b, wins.a + wins.b, undecided)
          : words.shoppers(words.metrics[report.metric ?? "click"], wins.a, exposed.a, wins.b, exposed.b)}
      </p>
      <Interval report={report} />
      <p className="mt-1 text-sm text-muted">
        {words.interval(100 * report.b_share, 100 * report.low, 100 * report.high)}
      </p>
      <Harms report={report} />
    </div>
  );
}

/** From 0 to 1; the line in the middle is no difference. The sentence below says the same. */
function Interval({ report: { low, high, b_share } }: { report: ExperimentReport }) {
  return (
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" className="mt-3 h-5 w-full max-w-xl">
      <rect x="0" y="2.5" width="100" height="1" className="fill-line" />
      <rect x={100 * low} y="1.5" width={Math.max(100 * (high - low), 0.5)} height="3" className="fill-muted" />
      <rect x="49.8" y="0" width="0.4" height="6" className="fill-ink" />
      <rect x={100 * b_share - 0.3} y="0.5" width="0.6" height="5" className="fill-accent" />
    </svg>
  );
}
