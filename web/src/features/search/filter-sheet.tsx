/** The filters in a dialog, where there is no room beside the results. */
import { useQuery } from "@tanstack/react-query";
import { formatCount } from "@/shared/format/numbers";
import { useLanguage, useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Dialog } from "@/shared/ui/dialog";
import { AllFilters, ClearAll } from "./all-filters";
import { filterOf } from "./fields";
import { counts } from "./queries";
import { useParams } from "./use-params";

export default function FilterSheet({ onClose }: { onClose: () => void }) {
  const m = useMessages();
  const language = useLanguage();
  const { text, ...params } = useParams();
  const { data } = useQuery(counts(filterOf(params)));
  const t = m.search.filters;
  const shown = data ? t.show(formatCount(data.total, language)) : t.showResults;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t.title}
      footer={
        <>
          <ClearAll />
          <Button onClick={onClose}>{text === undefined ? shown : t.showResults /* words have no count */}</Button>
        </>
      }
    >
      <AllFilters />
    </Dialog>
  );
}
