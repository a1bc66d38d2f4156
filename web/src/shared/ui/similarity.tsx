/** The similarity as a word and a number. */
import type { SearchResult } from "@/api/types";
import { formatScore } from "@/shared/format/numbers";
import { useLanguage, useMessages } from "@/shared/i18n/language";

export function Similarity({ result }: { result: SearchResult }) {
  const m = useMessages();
  const language = useLanguage();
  const { band } = result;
  const score = formatScore(result.similarity, language);
  return (
    <p className="flex items-baseline gap-1.5 text-[0.8125rem] text-muted">
      {band && (
        <span className={band === "unlike" ? "" : "font-medium text-accent"} data-band={band}>
          {m.common.bands[band]}
        </span>
      )}
      <data value={result.similarity} className="tabular-nums" title={m.common.card.similarity(score)}>
        <span className="sr-only">{m.common.card.similarity(score)}</span>
        <span aria-hidden="true">{score}</span>
      </data>
    </p>
  );
}
