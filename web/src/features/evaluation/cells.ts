/** A report's table in the words and numbers of the page's language; its keys and values are the report's own. */
import type { Report } from "@/api/types";
import type { Language } from "@/shared/i18n/language";

type Cell = Report["rows"][number][string];

/** The names of the columns, in the order of their first occurrence. */
export function columnsOf(rows: Report["rows"]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

/** `recall_at_k` as "recall at k", with a capital. */
export function headingOf(column: string): string {
  const words = column.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function formatCell(cell: Cell | undefined, language: Language): string {
  if (cell === null || cell === undefined) return "\u2013";
  if (typeof cell === "boolean") return cell ? "\u2713" : "\u2717";
  if (typeof cell === "string") return cell;
  const digits = Number.isInteger(cell) ? 0 : Math.abs(cell) < 10 ? 3 : 1;
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(cell);
}

export function isNumeric(rows: Report["rows"], column: string): boolean {
  return rows.some((row) => typeof row[column] === "number");
}

/** The day as people write it; unchanged where it is not a date. */
export function formatDay(date: string, language: Language): string {
  const day = new Date(date);
  if (Number.isNaN(day.getTime())) return date;
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(day);
}
