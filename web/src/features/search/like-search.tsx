import { Columns } from "./columns";
import type { FilterFields } from "./fields";
import { ItemQuery } from "./item-query";
import { LikeResults } from "./like-results";

/** The search for what is like an item. */
export default function LikeSearch({ itemId, filter }: { itemId: string; filter: FilterFields }) {
  return <Columns query={<ItemQuery itemId={itemId} />} results={<LikeResults itemId={itemId} filter={filter} />} />;
}
