import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Notice } from "@/shared/ui/notice";
import { countConditions, filterOf, withoutFilters } from "./fields";
import { useChangeParams, useParams } from "./use-params";

/** No results; `text` is shown if no filter is set. */
export function NothingFound({ text }: { text?: string }) {
  const m = useMessages();
  const change = useChangeParams();
  const isFiltered = countConditions(filterOf(useParams())) > 0;
  const t = m.search.nothing;
  return (
    <Notice icon="search" title={t.title} text={isFiltered ? t.filtered : (text ?? t.empty)}>
      {isFiltered && (
        <Button variant="outline" onClick={() => change(withoutFilters)}>
          {t.clear}
        </Button>
      )}
    </Notice>
  );
}
