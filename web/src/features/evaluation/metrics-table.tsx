/** A report's figures; wide ones scroll sideways, with the keyboard too. */
import type { Report } from "@/api/types";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";
import { columnsOf, formatCell, headingOf, isNumeric } from "./cells";

const MOST_ROWS = 60;

export function MetricsTable({ report }: { report: Report }) {
  const m = useAdminMessages();
  const language = useLanguage();
  const columns = columnsOf(report.rows);
  const side = (column: string) => (isNumeric(report.rows, column) ? "text-end tabular-nums" : "");
  return (
    <section
      aria-label={m.evaluation.figuresOf(report.title)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full border-collapse text-start text-sm">
        <thead>
          <tr className="border-b border-edge text-muted">
            {columns.map((column) => (
              <th key={column} scope="col" className={`px-4 py-2.5 font-medium whitespace-nowrap ${side(column)}`}>
                {headingOf(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.rows.slice(0, MOST_ROWS).map((row, at) => (
            <tr key={at} className="border-b border-line last:border-0">
              {columns.map((column) => (
                <td key={column} className={`px-4 py-2 ${side(column)}`}>
                  {formatCell(row[column], language)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {report.rows.length > MOST_ROWS && (
        <p className="px-4 py-2 text-sm text-muted">{m.evaluation.moreRows(report.rows.length - MOST_ROWS)}</p>
      )}
    </section>
  );
}
