/** Points in time as people of each language write them, in their time zone. */
import type { Language } from "@/shared/i18n/language";

/** Day and minute; unchanged where `time` is none. */
export function formatTime(time: string, language: Language): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(date);
}

/** A day of the calendar, such as 2026-11-27, wherever it is read. */
export function formatDay(day: string, language: Language): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(date);
}
