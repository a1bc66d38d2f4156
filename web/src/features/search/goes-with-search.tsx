import { Columns } from "./columns";
import type { FilterFields } from "./fields";
import { GoesWithResults } from "./goes-with-results";
import { ItemQuery } from "./item-query";

/** The search for what goes with an item. */
export default function GoesWithSearch({ itemId, filter }: { itemId: string; filter: FilterFields }) {
  const results = <GoesWithResults itemId={itemId} filter={filter} />;
  return <Columns query={<ItemQuery itemId={itemId} />} results={results} />;
}
