/** Above the results of a search: what their number says, and in which order they are. */
import { useMessages } from "@/shared/i18n/language";
import { SortChoice } from "./sort-choice";
import { useParams } from "./use-params";

/** `total` is how many are in this order or, best first, how many have all words; undefined where nothing is said. */
export function ResultOrder({ total }: { total: number | null | undefined }) {
  const m = useMessages();
  const { sort } = useParams();
  const said = sort === undefined ? m.search.results.matching : m.search.results.total;
  return (
    <div className="flex items-center gap-x-3 text-sm text-muted">
      <p className="order-last whitespace-nowrap tabular-nums empty:hidden">{total == null ? "" : said(total)}</p>
      <SortChoice usual="best" />
    </div>
  );
}
