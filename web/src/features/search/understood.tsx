/** How the words of a search were understood: conditions as chips, each of which can be taken back. */
import { useQuery } from "@tanstack/react-query";
import { infoQuery } from "@/api/queries";
import type { SearchResults } from "@/api/types";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { capitalised, conditionsOf } from "./conditions";
import { toggleLiteral } from "./fields";
import { FilterChip } from "./filter-chip";
import { useChangeParams } from "./use-params";

type UnderstoodProps = { answer: SearchResults | undefined; literal: readonly string[] | undefined };

export function Understood({ answer, literal = [] }: UnderstoodProps) {
  const m = useMessages();
  const language = useLanguage();
  const change = useChangeParams();
  const { data: info } = useQuery(infoQuery);
  if (answer === undefined || info === undefined) return null;
  const { recognised = [], changes = [] } = answer;
  const conditions = conditionsOf(recognised, info, m, language);
  const toggle = (text: string) => change((old) => toggleLiteral(old, text));
  const t = m.search.understood;
  if (conditions.length + changes.length + literal.length === 0) return null;
  return (
    <ul aria-label={t.label} className="flex gap-2 lg:flex-wrap">
      {conditions.map(({ text, label, value }) => (
        <FilterChip key={text} onRemove={() => toggle(text)} name={t.remove(label, value)}>
          {capitalised(value)}
        </FilterChip>
      ))}
      {changes.map(({ text }) => (
        <li key={text} className="inline-flex min-h-11 items-center rounded-full bg-wash px-4 text-sm">
          {text}
        </li>
      ))}
      {literal.map((text) => (
        <FilterChip key={`“${text}”`} onRemove={() => toggle(text)} name={t.undoLiteral(text)}>
          {t.literal(text)}
        </FilterChip>
      ))}
    </ul>
  );
}
