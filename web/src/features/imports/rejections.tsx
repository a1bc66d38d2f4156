/** The first rows that were rejected, and why, in the server's words. */
import type { ImportJob } from "@/api/types";
import { formatCount } from "@/shared/format/numbers";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";

export function Rejections({ job }: { job: ImportJob }) {
  const m = useAdminMessages();
  const language = useLanguage();
  const shown = job.rejections.length;
  const label =
    shown < job.rejected
      ? m.imports.firstRejections(formatCount(shown, language), formatCount(job.rejected, language))
      : m.imports.rejections(formatCount(shown, language));
  return (
    <details className="mt-2">
      <summary className="flex min-h-11 items-center text-sm text-accent hover:underline">{label}</summary>
      <table className="w-full border-collapse text-start text-sm">
        <thead>
          <tr className="border-b border-edge text-muted">
            {[m.imports.rejected.line, m.imports.rejected.item, m.imports.rejected.reason].map((heading) => (
              <th key={heading} scope="col" className="py-2 pe-4 font-medium">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {job.rejections.map((row, at) => (
            <tr key={at} className="border-b border-line align-top last:border-0">
              <td className="py-2 pe-4 tabular-nums">{row.line || "\u2013"}</td>
              <td className="py-2 pe-4 wrap-anywhere">{row.item_id || "\u2013"}</td>
              <td className="py-2 wrap-anywhere">
                {row.message} <span className="text-muted">{row.remedy}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
