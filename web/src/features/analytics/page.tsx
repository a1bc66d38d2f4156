/** Analytics: one report at a time over a range of days, as a table and as CSV; how feeds are is one link away. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { formatDay } from "@/shared/format/times";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import { buttonClass } from "@/shared/ui/button";
import { ChoiceField, TextField } from "@/shared/ui/fields";
import { ProblemNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { Skeleton } from "@/shared/ui/skeleton";
import { csvAddress, type Range, REPORTS, type ReportName, reportQuery } from "./queries";
import { ReportTable } from "./report-table";

export function AnalyticsPage() {
  const m = useAdminMessages();
  const words = m.analytics;
  const language = useLanguage();
  const [report, setReport] = useState<ReportName>("top-queries");
  const [range, setRange] = useState<Range>({ from: "", to: "" });
  const { data, error, refetch } = useQuery(reportQuery(report, range));
  const options = REPORTS.map((value) => ({ value, label: words.reports[value] }));
  return (
    <>
      <PageHeading title={words.title} intro={words.intro} />
      <div className="mt-8 flex flex-wrap items-end gap-4">
        <ChoiceField label={words.report} value={report} options={options} onChange={setReport} />
        <TextField
          label={words.from}
          type="date"
          value={range.from}
          onChange={(from) => setRange({ ...range, from })}
        />
        <TextField label={words.to} type="date" value={range.to} onChange={(to) => setRange({ ...range, to })} />
        <a href={csvAddress(report, range)} download className={buttonClass({ variant: "outline" })}>
          {words.csv}
        </a>
      </div>
      <p className="mt-4 text-muted">{words.about[report]}</p>
      {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
      {!data && !error && <Skeleton className="mt-4 h-60 w-full" />}
      {data && (
        <ReportTable
          label={`${words.reports[report]}, ${words.between(formatDay(data.first, language), formatDay(data.last, language))}`}
          rows={data.rows}
        />
      )}
      <p className="mt-8">
        <Link to="/admin/imports" className="inline-flex min-h-11 items-center underline">
          {words.feeds}
        </Link>
      </p>
    </>
  );
}
