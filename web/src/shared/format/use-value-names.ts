import { useQuery } from "@tanstack/react-query";
import { infoQuery } from "@/api/queries";
import { useLanguage } from "@/shared/i18n/language";
import { namesOf, type ValueNames } from "./values";

/** Empty until the tables have arrived: values are shown as they are. */
export function useValueNames(): ValueNames {
  const language = useLanguage();
  const { data } = useQuery(infoQuery);
  return data ? namesOf(data, language) : {};
}
