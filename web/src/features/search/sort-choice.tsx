/** In which order the results are shown. */
import { useMessages } from "@/shared/i18n/language";
import { Select } from "@/shared/ui/select";
import { SORTS, type Sort } from "./params";
import { useChangeParams, useParams } from "./use-params";

/** `usual` is the order without a choice: `best` for what was searched for. */
export function SortChoice({ usual = "mixed" }: { usual?: "best" | "mixed" }) {
  const m = useMessages();
  const { sort } = useParams();
  const change = useChangeParams();
  const orders: readonly ("best" | Sort)[] = usual === "best" ? ["best", ...SORTS] : SORTS;
  const options = orders.map((value) => ({ value, label: m.search.sort.by[value] }));
  return (
    <Select
      label={m.search.sort.label}
      value={sort ?? usual}
      options={options}
      onChange={(value) =>
        change(({ sort: _old, ...others }) =>
          value === usual || value === "best" ? others : { ...others, sort: value },
        )
      }
    />
  );
}
