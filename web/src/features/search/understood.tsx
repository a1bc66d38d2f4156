/** How the words of a search were understood: conditions as chips, each of which can be taken back, and notices. */
import { useQuery } from "@tanstack/react-query";
import { infoQuery } from "@/api/queries";
import type { SearchResults } from "@/api/types";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { Icon } from "@/shared/ui/icon";
import { conditionsOf } from "./conditions";
import { toggleLiteral } from "./fields";
import { Notices } from "./notices";
import { useChangeParams } from "./use-params";

type UnderstoodProps = { answer: SearchResults | undefined; literal: readonly string[] | undefined };

export function Understood({ answer, literal = [] }: UnderstoodProps) {
  const m = useMessages();
  const language = useLanguage();
  const change = useChangeParams();
  const { data: info } = useQuery(infoQuery);
  if (answer === undefined || info === undefined) return null;
  const { recognised = [], changes = [], notices = [] } = answer;
  const conditions = conditionsOf(recognised, info, m, language);
  const toggle = (text: string) => change((old) => toggleLiteral(old, text));
  const t = m.search.understood;
  return (
    <div className="-mt-2 mb-6 flex flex-col gap-3">
      {conditions.length + changes.length + literal.length > 0 && (
        <ul aria-label={t.label} className="flex flex-wrap gap-2">
          {conditions.map(({ text, label, value }) => (
            <Chip key={text} onRemove={() => toggle(text)} name={t.remove(label, value)}>
              {capitalised(value)}
            </Chip>
          ))}
          {changes.map(({ text }) => (
            <li key={text} className="inline-flex min-h-11 items-center rounded-full bg-wash px-4 text-sm">
              {text}
            </li>
          ))}
          {literal.map((text) => (
            <Chip key={`“${text}”`} onRemove={() => toggle(text)} name={t.undoLiteral(text)}>
              {t.literal(text)}
            </Chip>
          ))}
        </ul>
      )}
      <Notices notices={notices} info={info} isEmpty={answer.results.length === 0} onLiteral={toggle} />
    </div>
  );
}

function Chip({ onRemove, name, children }: { onRemove: () => void; name: string; children: string }) {
  return (
    <li>
      <button
        type="button"
        aria-label={name}
        onClick={onRemove}
        className="inline-flex min-h-11 items-center gap-2 rounded-full bg-blush pe-3 ps-4 text-sm font-medium text-accent hover:opacity-85"
      >
        {children}
        <Icon name="close" className="size-4" />
      </button>
    </li>
  );
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
