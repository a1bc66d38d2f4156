/** The filters in a dialog, where there is no room beside the results. */
import type { RefObject } from "react";
import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { Dialog } from "@/shared/ui/dialog";
import AllFilters from "./all-filters";
import { ClearAll } from "./clear-all";
import { useCounted } from "./use-counted";
import { useCloseSheet } from "./use-sheet";

export default function FilterSheet({ opener }: { opener: RefObject<HTMLElement | null> }) {
  const m = useMessages();
  const close = useCloseSheet();
  const { total } = useCounted();
  const t = m.search.filters;
  return (
    <Dialog
      isOpen
      onClose={close}
      opener={opener}
      title={t.title}
      footer={
        <>
          <ClearAll />
          <Button onClick={close}>{total === undefined ? t.showResults : t.show(total)}</Button>
        </>
      }
    >
      <AllFilters />
    </Dialog>
  );
}
