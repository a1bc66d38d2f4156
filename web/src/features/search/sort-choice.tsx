/** In which order the catalogue is shown. */
import { useMessages } from "@/shared/i18n/language";
import { Select } from "@/shared/ui/select";
import { SORTS } from "./params";
import { useChangeParams, useParams } from "./use-params";

const ORDERS = ["mixed", ...SORTS] as const;

export function SortChoice() {
  const m = useMessages();
  const { sort } = useParams();
  const change = useChangeParams();
  const options = ORDERS.map((value) => ({ value, label: m.search.sort.by[value] }));
  return (
    <Select
      label={m.search.sort.label}
      value={sort ?? "mixed"}
      options={options}
      onChange={(value) =>
        change(({ sort: _old, ...others }) => (value === "mixed" ? others : { ...others, sort: value }))
      }
    />
  );
}
