/** What a person should know of the results of words; the server's codes as sentences. */
import { useQuery } from "@tanstack/react-query";
import { infoQuery } from "@/api/queries";
import type { Info, SearchNotice, SearchResults } from "@/api/types";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { conditionsOf } from "./conditions";
import { toggleLiteral } from "./fields";
import { useChangeParams } from "./use-params";

export function Notices({ answer }: { answer: SearchResults | undefined }) {
  const { data: info } = useQuery(infoQuery);
  if (answer === undefined || info === undefined) return null;
  return <Said notices={answer.notices ?? []} info={info} isEmpty={answer.results.length === 0} />;
}

type SaidProps = { notices: readonly SearchNotice[]; info: Info; isEmpty: boolean };

/** `isEmpty` where nothing was found. */
function Said({ notices, info, isEmpty }: SaidProps) {
  const m = useMessages();
  const change = useChangeParams();
  const sentences = useSentences(info);
  const said = notices.flatMap((notice) => {
    if (isEmpty && notice.code === "condition_dropped") return []; // there are no results that leave it out
    const sentence = sentences(notice);
    return sentence === undefined ? [] : [{ ...notice, sentence }];
  });
  if (said.length === 0) return null;
  return (
    <ul
      role="status"
      aria-label={m.search.notices.label}
      className="mb-1.5 flex flex-col gap-1 text-sm text-muted lg:mb-4 lg:text-[0.9375rem]"
    >
      {said.map(({ code, parameters, sentence }) => (
        <li key={sentence} data-notice={code}>
          {sentence}
          {code === "corrected" && " "}
          {code === "corrected" && (
            <button
              type="button"
              onClick={() => change((old) => toggleLiteral(old, String(parameters.text)))}
              className="inline-flex min-h-11 items-center text-accent underline underline-offset-4"
            >
              {m.search.notices.instead(String(parameters.text))}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Notices whose code is newer than this page have no sentence. */
function useSentences(info: Info): (notice: SearchNotice) => string | undefined {
  const m = useMessages();
  const language = useLanguage();
  const t = m.search.notices;
  return ({ code, parameters }) => {
    const { text = "", word = "", name = "", value = "" } = parameters;
    const dropped = { name: String(name), value, text: String(value), start: 0, end: 0 };
    const [condition] = name === "" ? [] : conditionsOf([dropped], info, m, language);
    if (code === "corrected") return t.corrected(String(word), String(text));
    if (code === "no_such_word") return t.noSuchWord(String(text));
    if (code === "condition_dropped" && condition) return t.dropped(condition.label, condition.value);
    if (code === "nothing_matches") return t.nothing;
    if (code === "nearest_alternative") return t.nearest;
    if (code === "change_not_possible") return t.notPossible(String(text));
    return undefined;
  };
}
