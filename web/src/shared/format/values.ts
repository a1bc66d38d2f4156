/** The values of a catalogue's fields in the language of the page, from the tables that the server has. */
import type { Info } from "@/api/types";
import type { Language } from "@/shared/i18n/language";

export type ValueNames = Readonly<Record<string, string>>;

/** An answer of an older server, from the worker, has no `values`. */
export function namesOf({ colours, values = [] }: Pick<Info, "colours" | "values">, language: Language): ValueNames {
  const translated = language === "de" ? values.map(({ value, de }) => [value, de]) : []; // values are English
  return Object.fromEntries([...translated, ...colours.map((colour) => [colour.code, colour[language]])]);
}

/** A value as it is written in the catalogue where it has no other name in this language. */
export function nameOf(value: string, names: ValueNames): string {
  const name = names[value.toLowerCase()];
  return name === undefined || name.toLowerCase() === value.toLowerCase() ? value : name;
}
