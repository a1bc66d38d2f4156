/** The rows of a report; each count has a mark as long as it is large beside the others of its column. */

import type { AnalyticsReport } from "@/api/types";
import { formatCount, formatPercent } from "@/shared/format/numbers";
import { formatDay } from "@/shared/format/times";
import { useAdminMessages } from "@/shared/i18n/admin";
import { useLanguage } from "@/shared/i18n/language";

type Row = AnalyticsReport["rows"][number];

/** Columns of parts from 0 to 1. */
const PARTS = ["click_rate", "share", "liked", "similarity"];
/** Numbers that are no amounts, so that none is larger than another. */
const PLAIN = ["ordinal", "x", "y"];

export function ReportTable({ label, rows }: { label: string; rows: Row[] }) {
  const m = useAdminMessages();
  const words = m.analytics;
  const first = rows[0];
  if (first === undefined) return <p className="mt-6">{words.none}</p>;
  const columns = Object.keys(first);
  const largest = Object.fromEntries(
    columns.map((name) => [name, Math.max(0, ...rows.map((row) => amountOf(row[name])))]),
  );
  const headings: Readonly<Record<string, string>> = words.columns;
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="mt-4 overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full border-collapse text-start text-sm">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="border-b border-edge text-muted">
            {columns.map((name) => (
              <th key={name} scope="col" className="px-4 py-2.5 text-start font-medium whitespace-nowrap">
                {headings[name] ?? name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={columns.map((name) => String(row[name])).join(" ")} className="border-b border-line last:border-0">
              {columns.map((name) => (
                <Cell key={name} name={name} value={row[name]} largest={largest[name] ?? 0} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cell({ name, value, largest }: { name: string; value: unknown; largest: number }) {
  const language = useLanguage();
  if (typeof value !== "number") {
    return (
      <td className="px-4 py-2 wrap-anywhere">
        {name === "day" ? formatDay(String(value), language) : value == null ? "–" : String(value)}
      </td>
    );
  }
  const shown = PARTS.includes(name) ? formatPercent(value, language) : formatCount(value, language);
  const part = largest > 0 && !PLAIN.includes(name) ? value / largest : 0;
  return (
    <td className="px-4 py-2 tabular-nums">
      <span className="block">{shown}</span>
      {part > 0 && <Bar part={part} />}
    </td>
  );
}

/** Drawn as SVG: the site's policy allows no style in the page. */
function Bar({ part }: { part: number }) {
  return (
    <svg viewBox="0 0 100 4" preserveAspectRatio="none" className="mt-1 h-1 w-24" aria-hidden="true">
      <rect width={100 * part} height={4} className="fill-accent" />
    </svg>
  );
}

const amountOf = (value: unknown): number => (typeof value === "number" ? value : 0);
