/** How probably a result is of the query's type, in the server's words, and its similarity as a number. */
import { useQuery } from "@tanstack/react-query";
import { infoQuery } from "@/api/queries";
import type { Info, SearchResult } from "@/api/types";
import { formatScore } from "@/shared/format/numbers";
import { useLanguage, useMessages } from "@/shared/i18n/language";

const bandsOf = ({ bands }: Info) => bands;

export function Similarity({ result }: { result: SearchResult }) {
  const m = useMessages();
  const language = useLanguage();
  const bands = useQuery({ ...infoQuery, select: bandsOf }).data;
  const band = bands?.find(({ code }) => code === result.band);
  const score = formatScore(result.similarity, language);
  return (
    <p className="flex items-baseline gap-1.5 text-[0.8125rem] text-muted">
      {band && (
        <span className={band.code === "unlikely" ? "" : "font-medium text-accent"} data-band={band.code}>
          {band.labels[language]}
        </span>
      )}
      <data value={result.similarity} className="tabular-nums" title={m.common.card.similarity(score)}>
        <span className="sr-only">{m.common.card.similarity(score)}</span>
        <span aria-hidden="true">{score}</span>
      </data>
    </p>
  );
}
