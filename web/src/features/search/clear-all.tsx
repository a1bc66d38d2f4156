import { useMessages } from "@/shared/i18n/language";
import { Button } from "@/shared/ui/button";
import { countConditions, filterOf, withoutFilters } from "./fields";
import { useChangeParams, useParams } from "./use-params";

export function ClearAll() {
  const m = useMessages();
  const change = useChangeParams();
  if (countConditions(filterOf(useParams())) === 0) return null;
  return (
    <Button variant="quiet" size="sm" onClick={() => change(withoutFilters)}>
      {m.search.filters.clear}
    </Button>
  );
}
