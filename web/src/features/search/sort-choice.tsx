/** In which order the catalogue is shown. */
import { useMessages } from "@/shared/i18n/language";
import { Select } from "@/shared/ui/select";
import { SORTS, type Sort } from "./params";
import { useChangeParams, useParams } from "./use-params";

const MIXED = "mixed";

export function SortChoice() {
  const m = useMessages();
  const { sort } = useParams();
  const change = useChangeParams();
  const options = [MIXED, ...SORTS].map((value) => ({ value, label: m.search.sort.by[value as Sort | typeof MIXED] }));
  return (
    <Select
      label={m.search.sort.label}
      value={sort ?? MIXED}
      options={options}
      onChange={(value) =>
        change(({ sort: _old, ...others }) => (value === MIXED ? others : { ...others, sort: value as Sort }))
      }
    />
  );
}
