/** The reports, by name. */
import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "@/api/client";
import { ROOT_PATH } from "@/api/root-path";
import type { AnalyticsReport } from "@/api/types";

export const REPORTS = [
  "top-queries",
  "failed-queries",
  "queries-without-clicks",
  "clicks-by-position",
  "conversion",
  "coverage",
  "items",
  "days",
  "without-consent",
  "unsold-lookalikes",
  "taste-map",
] as const;

export type ReportName = (typeof REPORTS)[number];
export type Range = { from: string; to: string };

const asked = ({ from, to }: Range) => ({ ...(from && { from }), ...(to && { to }) });

export const reportQuery = (report: ReportName, range: Range) =>
  queryOptions({
    queryKey: ["analytics", report, range],
    queryFn: ({ signal }) =>
      answer(
        client.GET("/v1/analytics/{report}", { params: { path: { report }, query: asked(range) }, signal }),
      ) as Promise<AnalyticsReport>, // the other form is CSV
    staleTime: 0,
  });

/** Where the report is as a table for a spreadsheet. */
export const csvAddress = (report: ReportName, range: Range): string =>
  `${ROOT_PATH}/v1/analytics/${report}?${new URLSearchParams({ ...asked(range), format: "csv", limit: "1000" })}`;
