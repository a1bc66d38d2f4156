/** The names of colours by their codes, from the one table that the server has. */
import { useQuery } from "@tanstack/react-query";
import { infoQuery } from "@/api/queries";
import type { Info } from "@/api/types";
import { type Language, useLanguage } from "@/shared/i18n/language";

export type ColourNames = Readonly<Record<string, string>>;

export function namesOf(colours: Info["colours"], language: Language): ColourNames {
  return Object.fromEntries(colours.map((colour) => [colour.code, colour[language]]));
}

/** Empty until the table has arrived: codes are shown as they are. */
export function useColourNames(): ColourNames {
  const language = useLanguage();
  const { data } = useQuery(infoQuery);
  return namesOf(data?.colours ?? [], language);
}
