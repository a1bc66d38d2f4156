/** Why a result is here: how probably it is of the query's type, in the server's words, and what both have in common. */
import { useQuery } from "@tanstack/react-query";
import { infoQuery } from "@/api/queries";
import type { Info, SearchResult } from "@/api/types";
import { sharedInWords } from "@/shared/format/alike";
import { formatList } from "@/shared/format/lists";
import { useValueNames } from "@/shared/format/use-value-names";
import { useLanguage, useMessages } from "@/shared/i18n/language";

const TYPES: readonly string[] = ["same_type", "same_department"];
const bandsOf = ({ bands }: Info) => bands;

export function Similarity({ result }: { result: SearchResult }) {
  const m = useMessages();
  const language = useLanguage();
  const bands = useQuery({ ...infoQuery, select: bandsOf }).data;
  const band = bands?.find(({ code }) => code === result.band);
  const isUnlikely = band?.code === "unlikely";
  const telling = band ? result.shared.filter(({ code }) => !TYPES.includes(code)) : result.shared; // it says the type
  const shared = sharedInWords(telling, m, useValueNames());
  return (
    <div
      className={`min-h-5 text-[0.8125rem] leading-5 text-muted ${isUnlikely ? "max-sm:line-clamp-2" : "max-sm:line-clamp-3"}`}
    >
      {band && (
        <p
          className={`max-sm:inline sm:line-clamp-2 ${isUnlikely ? "" : "font-medium text-accent"}`}
          data-band={band.code}
        >
          {band.labels[language]}
        </p>
      )}
      {band && shared.length > 0 && <span className="sm:hidden"> · </span>}
      {shared.length > 0 && (
        <p className="max-sm:inline sm:line-clamp-2" data-shared={telling.map(({ code }) => code).join(" ")}>
          {m.common.alike.shared(formatList(shared, language))}
        </p>
      )}
    </div>
  );
}
